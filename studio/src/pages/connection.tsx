/** One connection: its state, its test, who may use it, and everything that can be done to it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { connection as connectionQuery, manifest } from "../api/queries";
import type { Connection } from "../api/types";
import { properties } from "../form/schema";
import { ConnectorIcon, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { TestPanel, useConnectionTest } from "../parts/checks";
import { ago, exact, plural } from "../parts/format";
import { signIn } from "../parts/sign-in";
import { orgOf, StateTag, whoMayUse } from "../parts/state";
import { Access, Remove, Rename, Settings } from "../parts/connection-dialogs";

type Task = "rename" | "settings" | "access" | "remove" | null;

export default function ConnectionPage({ name }: { name: string }) {
  const { data, error } = useQuery(connectionQuery(name));
  if (error)
    return (
      <ErrorNotice error={error}>
        <p>
          <Link href="/connections">All connections</Link>
        </p>
      </ErrorNotice>
    );
  if (!data) return <Skeleton lines={8} />;
  return <Page connection={data} />;
}

function Page({ connection }: { connection: Connection }) {
  const about = useQuery(manifest(connection.connector)).data;
  const method = about?.methods.find((each) => each.name === connection.method);
  const test = useConnectionTest(connection.name);
  const client = useQueryClient();
  const [task, setTask] = useState<Task>(null);
  const again = useMutation({
    mutationFn: async () => {
      const settings = Object.fromEntries(
        Object.entries(connection.settings).filter(([key]) => connection.own_settings.includes(key)),
      );
      await signIn({
        name: connection.name,
        connector: connection.connector,
        method: connection.method,
        settings,
        app: connection.app,
        again: true,
      });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["connections"] });
      test.start();
    },
  });
  const org = orgOf(connection);
  const identity = connection.last_test?.identity ?? {};
  const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : "");
  const close = () => setTask(null);
  return (
    <>
      <Link href="/connections" className="crumb">
        Connections
      </Link>
      <div className="bar">
        <ConnectorIcon connector={about} />
        <Title>{connection.name}</Title>
        <StateTag connection={connection} />
        <span className="grow" />
        <button type="button" className="button main" disabled={test.running} onClick={() => test.start()}>
          {test.running && <span className="spinner" />}
          Test connection
        </button>
        {method?.interactive && (
          <button
            type="button"
            className="button"
            disabled={again.isPending || !connection.may_change}
            onClick={() => again.mutate()}
          >
            Sign in again
          </button>
        )}
        <Link
          href={`/actions/${connection.connector}?connection=${encodeURIComponent(connection.name)}`}
          className="button"
        >
          Try an action
        </Link>
      </div>
      <div className="stack">
        {connection.state === "needs_sign_in" && (
          <div className="notice bad" role="status">
            <b>This connection needs a new sign-in.</b>
            {connection.cause}
          </div>
        )}
        {again.error && <ErrorNotice error={again.error} />}
        <TestPanel test={test} stored={connection.last_test} />
        <section className="panel" aria-label="Details">
          <div className="head">
            <h2>Details</h2>
            <span className="grow" />
            {connection.may_change ? (
              <>
                {method && !method.interactive && (
                  <button type="button" className="button slim" onClick={() => setTask("settings")}>
                    Change settings
                  </button>
                )}
                <button type="button" className="button slim" onClick={() => setTask("rename")}>
                  Rename
                </button>
                <button type="button" className="button slim" onClick={() => setTask("access")}>
                  Who may use it
                </button>
                <Link
                  href={`/connections/new/${connection.connector}?from=${encodeURIComponent(connection.name)}`}
                  className="button slim"
                >
                  Duplicate for another org
                </Link>
                <button type="button" className="button slim danger" onClick={() => setTask("remove")}>
                  Delete
                </button>
              </>
            ) : (
              <small className="muted">{`Only ${connection.owner} may change it`}</small>
            )}
          </div>
          <div className="pad">
            <dl className="facts">
              <Fact
                term="Organization"
                value={[org.name, org.id].filter(Boolean).join(" · ") || "Not known yet: test the connection"}
              />
              <Fact term="Kind" value={org.kind} />
              <Fact term="Address" value={org.url} />
              <Fact term="Acts as" value={[text(identity.name), text(identity.username)].filter(Boolean).join(" · ")} />
              <Fact term="Method" value={method?.title ?? connection.method} />
              <Fact term="App profile" value={connection.app ?? ""} />
              <Fact term="Who may use it" value={whoMayUse(connection)} />
              <Fact
                term="Last used"
                value={
                  connection.last_used
                    ? `${ago(connection.last_used)}, ${plural(connection.calls_today, "call")} today`
                    : "Never"
                }
              />
              <Fact term="Last test" value={connection.last_test?.at ? exact(connection.last_test.at) : "Never"} />
              <Fact term="Added" value={exact(connection.created_at)} />
              {Object.entries(connection.settings).map(([key, value]) => (
                <Fact
                  key={key}
                  term={String(properties(method?.schema ?? {})[key]?.title ?? key)}
                  value={Array.isArray(value) ? value.join(", ") : String(value)}
                />
              ))}
              {connection.secrets.map((key) => (
                <Fact
                  key={key}
                  term={String(properties(method?.schema ?? {})[key]?.title ?? key)}
                  value="Stored, not shown"
                />
              ))}
            </dl>
          </div>
        </section>
      </div>
      {task === "rename" && <Rename connection={connection} onClose={close} />}
      {task === "access" && <Access connection={connection} onClose={close} />}
      {task === "remove" && <Remove connection={connection} onClose={close} />}
      {task === "settings" && method && (
        <Settings
          connection={connection}
          schema={method.schema}
          onClose={close}
          onSaved={() => {
            close();
            test.start();
          }}
        />
      )}
    </>
  );
}

function Fact({ term, value }: { term: string; value: string }) {
  if (!value) return null;
  return (
    <>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </>
  );
}
