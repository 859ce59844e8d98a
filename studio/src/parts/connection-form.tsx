/** The form that makes a connection: method, name, settings, the setup guide beside them; then sign in and test. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { call } from "../api/client";
import { profiles, session } from "../api/queries";
import type { AuthMethod, Connection, JsonObject } from "../api/types";
import { APP_FIELDS, fits, hostsOf, pick, titleOf, without, withoutProfile } from "../form/profile-fields";
import { properties } from "../form/schema";
import { check, SchemaForm } from "../form/schema-form";
import { faultsOf } from "../form/server-faults";
import { ProfileChoice, SaveProfile } from "./app-profile-choice";
import { Copy, Empty, ErrorNotice, Skeleton, Title } from "./basics";
import { TestPanel, useConnectionTest } from "./checks";
import { NameField } from "./name-field";
import { signIn } from "./sign-in";

const Guide = lazy(() => import("./guide"));

interface Props {
  connector: string;
  title: string;
  methods: AuthMethod[];
  /** The connection whose settings are the first values; none for an empty form. */
  source: Connection | undefined;
}

export function ConnectionForm({ connector, title, methods, source }: Props) {
  const [, go] = useLocation();
  const client = useQueryClient();
  const about = useQuery(session).data;
  const stored = useQuery(profiles).data ?? [];
  const [methodName, setMethodName] = useState(source?.method ?? methods[0]?.name ?? "");
  const method = methods.find((each) => each.name === methodName) ?? methods[0];
  const [name, setName] = useState("");
  const [settings, setSettings] = useState<JsonObject>(() => (source ? withoutProfile(source) : {}));
  const [profileName, setProfileName] = useState<string>(source?.app ?? "");
  /** Name of the profile to make; null to make none. */
  const [newProfile, setNewProfile] = useState<string | null>(null);
  const [attempted, setAttempted] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [created, setCreated] = useState("");
  const test = useConnectionTest(created);
  const usable = stored.filter(
    (each) => each.connector === connector && method && fits(method, each.settings, each.secrets),
  );
  const profile = usable.find((each) => each.name === profileName);
  const fromProfile = useMemo(() => (profile ? [...Object.keys(profile.settings), ...profile.secrets] : []), [profile]);
  const schema = useMemo(() => {
    if (!method) return undefined;
    const order = method.ui_schema?.["ui:order"];
    return { ...without(method.schema, fromProfile), ...(Array.isArray(order) ? { "ui:order": order } : {}) };
  }, [method, fromProfile]);
  const values = useMemo(() => (schema ? pick(settings, schema) : {}), [settings, schema]);
  const serverFaults = useMemo(() => faultsOf(error), [error]);
  if (!method || !schema) return <Empty title="This connector has no auth method" />;

  const appFields = APP_FIELDS.filter((field) => field in properties(method.schema));
  const split = (inProfile: boolean) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => appFields.includes(key) === inProfile));
  const addProfile = async (label: string) => {
    const body = { name: label, connector, settings: split(true), hosts: hostsOf(values) };
    await call("POST", "/app-profiles", body);
    await client.invalidateQueries({ queryKey: ["profiles"] });
    setProfileName(label);
  };
  const create = async () => {
    const label = newProfile?.trim();
    const adds = !profile && label ? label : null;
    if (adds) await addProfile(adds);
    const app = profile?.name ?? adds;
    const body = {
      name: name.trim(),
      connector,
      method: method.name,
      settings: adds ? split(false) : values,
      app,
    };
    if (method.interactive) await signIn(body);
    else await call<Connection>("POST", "/connections", body);
    await client.invalidateQueries({ queryKey: ["connections"] });
    // Stored secrets leave the page.
    setSettings((old) => Object.fromEntries(Object.entries(old).filter(([key]) => !method.secrets.includes(key))));
    setAttempted(false);
    setCreated(name.trim());
    test.start(name.trim());
  };
  const submit = async () => {
    setAttempted(true);
    setError(null);
    if (check(schema, values).length || !name.trim()) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    setBusy(true);
    try {
      await create();
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
            onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && !created && go("/connections")}
          >
            <fieldset disabled={created !== ""} className="form">
              {methods.length > 1 && <MethodChoice methods={methods} value={method.name} onChange={setMethodName} />}
              <NameField
                id="connection-name"
                label="Connection name"
                value={name}
                onChange={setName}
                placeholder={source ? `${source.name}-2` : "acme-production"}
                error={attempted && !name.trim() ? "Required." : ""}
              />
              {usable.length > 0 && (
                <ProfileChoice
                  profiles={usable}
                  value={profile?.name ?? ""}
                  onChange={setProfileName}
                  filled={fromProfile.map((field) => titleOf(method, field))}
                />
              )}
              <SchemaForm
                key={`${method.name} ${profile?.name ?? ""}`}
                schema={schema}
                value={values}
                onChange={setSettings}
                attempted={attempted}
                serverFaults={serverFaults}
                optionsKey={connector}
              />
              {!profile && appFields.length > 0 && <SaveProfile value={newProfile} onChange={setNewProfile} />}
              {method.interactive && about && (
                <div className="field">
                  <span className="legend">Redirect URL</span>
                  <Copy text={about.redirect_uri} label="Redirect URL" />
                  <span className="hint">Enter exactly this as a callback URL of your app.</span>
                </div>
              )}
              {error !== null && <ErrorNotice error={error} />}
              {!created && (
                <div className="row">
                  <button type="submit" className="button main" disabled={busy}>
                    {busy && <span className="spinner" />}
                    {submitLabel(method, title, busy)}
                  </button>
                  <Link href="/connections" className="button">
                    Cancel
                  </Link>
                </div>
              )}
            </fieldset>
            {created && (
              <div className="row">
                <Link
                  href={`/connections/${encodeURIComponent(created)}`}
                  className="button main"
                >{`Open ${created}`}</Link>
                <Link href={`/actions/${connector}?connection=${encodeURIComponent(created)}`} className="button">
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

function submitLabel(method: AuthMethod, title: string, busy: boolean): string {
  if (!method.interactive) return "Save and test";
  return busy ? "Waiting for the sign-in" : `Sign in with ${title}`;
}

function MethodChoice({
  methods,
  value,
  onChange,
}: {
  methods: AuthMethod[];
  value: string;
  onChange: (name: string) => void;
}) {
  return (
    <div className="field">
      <span className="legend" id="methods">
        How to sign in
      </span>
      <div className="methods" role="radiogroup" aria-labelledby="methods">
        {methods.map((each) => (
          <label className="method" key={each.name}>
            <input type="radio" name="method" checked={each.name === value} onChange={() => onChange(each.name)} />
            <span>
              {each.title}
              <small>{each.description}</small>
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}
