/** The frame of all pages: navigation, the page itself, and what happens when one fails. */

import { useQuery } from "@tanstack/react-query";
import { Component, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Link, Route, Router, Switch, useLocation } from "wouter";
import { connections, connectors, queries, session } from "./api/queries";
import { ErrorNotice, Skeleton, Title } from "./parts/basics";
import { applyTheme, storedTheme, type Theme } from "./parts/theme";

const Connectors = lazy(() => import("./pages/connectors"));
const ConnectorPage = lazy(() => import("./pages/connector"));
const Connections = lazy(() => import("./pages/connections"));
const AddConnection = lazy(() => import("./pages/add-connection"));
const ConnectionPage = lazy(() => import("./pages/connection"));
const Profiles = lazy(() => import("./pages/app-profiles"));
const Actions = lazy(() => import("./pages/actions"));
const Triggers = lazy(() => import("./pages/triggers"));
const Runs = lazy(() => import("./pages/runs"));
const Limits = lazy(() => import("./pages/limits"));
const SandboxPage = lazy(() => import("./pages/sandbox"));

export function App() {
  return (
    <Router>
      <a className="skip button" href="#main">
        Skip to the page
      </a>
      <div className="app">
        <Navigation />
        <Page />
      </div>
    </Router>
  );
}

function Navigation() {
  const all = useQuery(connectors).data ?? [];
  const stored = useQuery(connections).data;
  const about = useQuery(session).data;
  const working = all.filter((each) => each.status === "ok");
  const sum = (kind: "actions" | "triggers") => working.reduce((total, each) => total + each[kind], 0);
  const bad = stored?.filter((each) => each.state === "failed" || each.state === "needs_sign_in").length ?? 0;
  return (
    <nav className="side" aria-label="Studio">
      <Link href="/connections" className="brand">
        <img src="/icon.svg" alt="" />
        <span>Studio</span>
      </Link>
      <Item href="/connectors" label="Connectors" note={all.length ? String(all.length) : ""} />
      <Item
        href="/connections"
        label="Connections"
        note={bad ? `${bad} to fix` : stored?.length ? String(stored.length) : ""}
      />
      <Item href="/app-profiles" label="App profiles" note="" />
      <Item href="/actions" label="Actions" note={sum("actions") ? String(sum("actions")) : ""} />
      <Item href="/triggers" label="Triggers" note={sum("triggers") ? String(sum("triggers")) : ""} />
      <Item href="/runs" label="Runs" note="" />
      <Item href="/limits" label="Limits" note="" />
      {about?.sandboxes.map((name) => (
        <SandboxItem key={name} name={name} />
      ))}
      <div className="end">
        <ThemeSwitch />
        {about?.user && <small className="muted" title="Who the studio acts for">{`As ${about.user}`}</small>}
      </div>
    </nav>
  );
}

/** What the address "/" shows. */
const HOME = "/connections";

function SandboxItem({ name }: { name: string }) {
  return <Item href={`/sandboxes/${name}`} label={name === "local-org" ? "Local org" : name} note="" />;
}

function Item({ href, label, note }: { href: string; label: string; note: string }) {
  const [location] = useLocation();
  const on = location === href || location.startsWith(`${href}/`) || (location === "/" && href === HOME);
  return (
    <Link href={href} className="item" aria-current={on ? "page" : undefined}>
      {label}
      {note && <small>{note}</small>}
    </Link>
  );
}

const THEMES: Theme[] = ["system", "light", "dark"];

function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme());
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button
      type="button"
      className="button quiet slim"
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      {theme === "system" ? "Colours: as the system" : theme === "light" ? "Colours: light" : "Colours: dark"}
    </button>
  );
}

function Page() {
  const [location] = useLocation();
  const ref = useRef<HTMLElement>(null);
  const first = useRef(true);
  // A new page is announced and scrolled to its top; the first one is where the browser puts it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the address changes
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    if (document.activeElement === document.body) ref.current?.focus();
  }, [location.split("/").slice(0, 3).join("/")]);
  return (
    <main id="main" tabIndex={-1} ref={ref}>
      <Boundary key={location}>
        <Suspense fallback={<Skeleton lines={6} />}>
          <Switch>
            <Route path="/" component={Connections} />
            <Route path="/connectors" component={Connectors} />
            <Route path="/connectors/:name">{(found) => <ConnectorPage name={found.name} />}</Route>
            <Route path="/connections" component={Connections} />
            <Route path="/connections/new/:connector?">
              {(found) => <AddConnection connector={found.connector} />}
            </Route>
            <Route path="/connections/:name">
              {(found) => <ConnectionPage key={found.name} name={decodeURIComponent(found.name)} />}
            </Route>
            <Route path="/app-profiles" component={Profiles} />
            <Route path="/actions/:connector?/:action?">
              {(found) => <Actions connector={found.connector} action={found.action} />}
            </Route>
            <Route path="/triggers/:connector?/:trigger?">
              {(found) => <Triggers connector={found.connector} trigger={found.trigger} />}
            </Route>
            <Route path="/runs" component={Runs} />
            <Route path="/limits" component={Limits} />
            <Route path="/sandboxes/:name">{(found) => <SandboxPage name={found.name} />}</Route>
            <Route>
              <Title>No such page</Title>
              <p className="muted">Choose one on the left.</p>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </main>
  );
}

/** Shows what broke a page in its place, and lets the others go on. */
class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <ErrorNotice error={this.state.error}>
        <p>
          <button
            type="button"
            className="button"
            onClick={() => {
              void queries.invalidateQueries();
              this.setState({ error: null });
            }}
          >
            Try again
          </button>
        </p>
      </ErrorNotice>
    );
  }
}
