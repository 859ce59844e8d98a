/** Add a connection: connector, method, name, settings, the setup guide beside them; then sign in and test. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { call, Problem } from "../api/client";
import { connection as connectionQuery, connectors, manifest, profiles, session } from "../api/queries";
import type { AuthMethod, Connection, JsonObject, Schema } from "../api/types";
import { properties, required } from "../form/schema";
import { pathOfJsonPath, type Fault } from "../form/validation";
import { check, SchemaForm } from "../form/schema-form";
import { ConnectorIcon, Copy, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { TestPanel, useConnectionTest } from "../parts/checks";
import { signIn } from "../parts/sign-in";

const Guide = lazy(() => import("../parts/guide"));

export default function AddConnection({ connector }: { connector?: string | undefined }) {
  const all = useQuery(connectors).data;
  if (!all) return <Skeleton />;
  const working = all.filter((each) => each.status === "ok");
  if (connector) return <Form key={connector} connector={connector} />;
  const only = working.length === 1 ? working[0] : undefined;
  if (only) return <Form connector={only.name} />;
  return (
    <>
      <div className="bar">
        <Title>Add a connection</Title>
      </div>
      <p className="muted">Which service?</p>
      <div className="cards" style={{ marginTop: 16 }}>
        {working.map((each) => (
          <Link key={each.name} href={`/connections/new/${each.name}`} className="panel pad card">
            <span className="row">
              <ConnectorIcon connector={each} />
              <b>{each.title}</b>
            </span>
            <p className="muted">{each.description}</p>
          </Link>
        ))}
      </div>
      {working.length === 0 && (
        <Empty title="No connector works">
          Install one, or see under Connectors why those that are installed do not load.
        </Empty>
      )}
    </>
  );
}

function Form({ connector }: { connector: string }) {
  const { data, error } = useQuery(manifest(connector));
  const [query] = useSearchParams();
  const from = query.get("from") ?? "";
  const source = useQuery(connectionQuery(from)).data;
  if (error) return <ErrorNotice error={error} />;
  if (!data || (from && !source)) return <Skeleton lines={8} />;
  return <Fields connector={connector} title={data.title} methods={data.methods} source={source} />;
}

function Fields({
  connector,
  title,
  methods,
  source,
}: {
  connector: string;
  title: string;
  methods: AuthMethod[];
  source: Connection | undefined;
}) {
  const [, go] = useLocation();
  const client = useQueryClient();
  const about = useQuery(session).data;
  const stored = useQuery(profiles).data ?? [];
  const [methodName, setMethodName] = useState(source?.method ?? methods[0]?.name ?? "");
  const method = methods.find((each) => each.name === methodName) ?? methods[0];
  const [name, setName] = useState("");
  const [settings, setSettings] = useState<JsonObject>(() => (source ? withoutProfile(source) : {}));
  const [profile, setProfile] = useState<string>(source?.app ?? "");
  const [saveProfile, setSaveProfile] = useState(false);
  const [profileName, setProfileName] = useState("");
  const [attempted, setAttempted] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState("");
  const test = useConnectionTest(made);
  const usable = stored.filter(
    (each) => each.connector === connector && method && fits(method, each.settings, each.secrets),
  );
  const chosen = usable.find((each) => each.name === profile);
  const fromProfile = useMemo(() => (chosen ? [...Object.keys(chosen.settings), ...chosen.secrets] : []), [chosen]);
  const schema = useMemo(() => {
    if (!method) return undefined;
    const order = method.ui_schema?.["ui:order"];
    return { ...without(method.schema, fromProfile), ...(Array.isArray(order) ? { "ui:order": order } : {}) };
  }, [method, fromProfile]);
  const values = useMemo(() => (schema ? pick(settings, schema) : {}), [settings, schema]);
  const appFields = method ? APP_FIELDS.filter((field) => field in properties(method.schema)) : [];
  const serverFaults = useMemo(() => faultsOf(error), [error]);
  if (!method || !schema) return <Empty title="This connector has no way to sign in" />;

  const nameError = attempted && !name.trim() ? "Required." : "";
  const submit = async () => {
    setAttempted(true);
    setError(null);
    if (check(schema, values).length || !name.trim()) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    setBusy(true);
    let app = chosen?.name ?? null;
    let own = values;
    try {
      if (!app && saveProfile && profileName.trim()) {
        const kept = Object.fromEntries(Object.entries(values).filter(([key]) => appFields.includes(key)));
        await call("POST", "/app-profiles", {
          name: profileName.trim(),
          connector,
          settings: kept,
          hosts: hostsOf(values),
        });
        await client.invalidateQueries({ queryKey: ["profiles"] });
        app = profileName.trim();
        own = Object.fromEntries(Object.entries(values).filter(([key]) => !appFields.includes(key)));
        setProfile(app);
      }
      const body = { name: name.trim(), connector, method: method.name, settings: own, app };
      if (method.interactive) await signIn(body);
      else await call<Connection>("POST", "/connections", body);
      await client.invalidateQueries({ queryKey: ["connections"] });
      // What is stored is not in the page any more.
      setSettings((old) => Object.fromEntries(Object.entries(old).filter(([key]) => !method.secrets.includes(key))));
      setAttempted(false);
      setMade(name.trim());
      test.start(name.trim());
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Link href="/connections" className="crumb">
        Connections
      </Link>
      <div className="bar">
        <Title>{source ? `Duplicate ${source.name} for another org` : `Add a ${title} connection`}</Title>
      </div>
      <div className="two">
        <div className="stack">
          <form
            className="panel pad form"
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
            noValidate
            onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && !made && go("/connections")}
          >
            <fieldset disabled={made !== ""} className="form">
              {methods.length > 1 && (
                <div className="field">
                  <span className="legend" id="methods">
                    How to sign in
                  </span>
                  <div className="ways" role="radiogroup" aria-labelledby="methods">
                    {methods.map((each) => (
                      <label className="way" key={each.name}>
                        <input
                          type="radio"
                          name="method"
                          checked={each.name === method.name}
                          onChange={() => setMethodName(each.name)}
                        />
                        <span>
                          {each.title}
                          <small>{each.description}</small>
                        </span>
                      </label>
                    ))}
                  </div>
                </div>
              )}
              <div className={nameError ? "field wrong" : "field"}>
                <label htmlFor="connection-name">
                  Connection name{" "}
                  <span className="required" aria-hidden="true">
                    *
                  </span>
                </label>
                <input
                  id="connection-name"
                  type="text"
                  autoComplete="off"
                  spellCheck={false}
                  value={name}
                  aria-invalid={Boolean(nameError) || undefined}
                  aria-required="true"
                  aria-describedby="connection-name-error"
                  onChange={(event) => setName(event.target.value)}
                  placeholder={source ? `${source.name}-2` : "acme-production"}
                />
                <span className="error" id="connection-name-error" hidden={!nameError}>
                  {nameError}
                </span>
              </div>
              {usable.length > 0 && (
                <div className="field">
                  <label htmlFor="app-profile">App profile</label>
                  <select
                    id="app-profile"
                    value={chosen?.name ?? ""}
                    onChange={(event) => setProfile(event.target.value)}
                  >
                    <option value="">None: enter the app's key here</option>
                    {usable.map((each) => (
                      <option key={each.name} value={each.name}>
                        {each.name}
                      </option>
                    ))}
                  </select>
                  <span className="hint">
                    {chosen
                      ? `Gives ${fromProfile.map((field) => titleOf(method, field)).join(" and ")}; secrets stay on this machine.`
                      : "Key and secret of one app, stored once and used by many connections."}
                  </span>
                </div>
              )}
              <SchemaForm
                key={`${method.name} ${chosen?.name ?? ""}`}
                schema={schema}
                value={values}
                onChange={setSettings}
                attempted={attempted}
                serverFaults={serverFaults}
                optionsKey={connector}
              />
              {!chosen && appFields.length > 0 && (
                <div className="field">
                  <span className="check">
                    <input
                      id="save-profile"
                      type="checkbox"
                      checked={saveProfile}
                      onChange={(event) => setSaveProfile(event.target.checked)}
                    />
                    <label htmlFor="save-profile">Store the app's key for other connections too</label>
                  </span>
                  {saveProfile && (
                    <input
                      type="text"
                      aria-label="Name of the app profile"
                      placeholder="Name of the app profile"
                      value={profileName}
                      onChange={(event) => setProfileName(event.target.value)}
                    />
                  )}
                </div>
              )}
              {method.interactive && about && (
                <div className="field">
                  <span className="legend">Redirect URL</span>
                  <Copy text={about.redirect_uri} label="Redirect URL" />
                  <span className="hint">Must be listed, to the last character, as a callback URL of your app.</span>
                </div>
              )}
              {error !== null && <ErrorNotice error={error} />}
              <div className="row">
                {!made && (
                  <button type="submit" className="button main" disabled={busy}>
                    {busy && <span className="spinner" />}
                    {method.interactive
                      ? busy
                        ? "Waiting for the sign-in"
                        : `Sign in with ${title}`
                      : "Save and test"}
                  </button>
                )}
                {!made && (
                  <Link href="/connections" className="button">
                    Cancel
                  </Link>
                )}
              </div>
            </fieldset>
            {made && (
              <div className="row">
                <Link href={`/connections/${encodeURIComponent(made)}`} className="button main">{`Open ${made}`}</Link>
                <Link href={`/actions/${connector}?connection=${encodeURIComponent(made)}`} className="button">
                  Try an action
                </Link>
              </div>
            )}
          </form>
          <TestPanel test={test} />
        </div>
        {(method.has_guide || method.guides.length > 0) && (
          <Suspense
            fallback={
              <aside className="panel pad">
                <Skeleton lines={8} />
              </aside>
            }
          >
            <Guide connector={connector} method={method} />
          </Suspense>
        )}
      </div>
    </>
  );
}

// What an app is known by, in the words of OAuth and of services: the fields that a profile holds.
const APP_FIELDS = ["consumer_key", "consumer_secret", "client_id", "client_secret"];

/** A profile made beside a connection is for that connection's host; more are added where profiles are. */
const hostsOf = (settings: JsonObject): string[] => {
  for (const value of Object.values(settings)) {
    try {
      if (typeof value === "string" && /^https?:/.test(value)) return [new URL(value).hostname];
    } catch {
      // not an address
    }
  }
  return [];
};

const titleOf = (method: AuthMethod, field: string) => String(properties(method.schema)[field]?.title ?? field);

const fits = (method: AuthMethod, settings: JsonObject, secrets: string[]) =>
  [...Object.keys(settings), ...secrets].every((field) => field in properties(method.schema));

const withoutProfile = (source: Connection): JsonObject =>
  Object.fromEntries(Object.entries(source.settings).filter(([key]) => !(source.app && APP_FIELDS.includes(key))));

function without(schema: Schema, fields: string[]): Schema {
  if (!fields.length) return schema;
  const kept = Object.fromEntries(Object.entries(properties(schema)).filter(([name]) => !fields.includes(name)));
  return { ...schema, properties: kept, required: required(schema).filter((name) => !fields.includes(name)) };
}

/** Keep of the settings what the method has, so that changing the method loses nothing that both have. */
const pick = (settings: JsonObject, schema: Schema): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => name in properties(schema)));

export function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof Problem)) return [];
  const text = error.message.replace(error.remedy, "").trim();
  return (error.body.fields ?? [])
    .map(pathOfJsonPath)
    .filter((path) => path.length > 0)
    .map((path) => ({ path, message: [text, error.remedy].filter(Boolean).join(" "), missing: false }));
}
