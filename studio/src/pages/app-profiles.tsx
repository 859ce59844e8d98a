/** App profiles: key and secret of an app, stored once and used by many connections. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { call, path } from "../api/client";
import { connectors, manifest, profiles } from "../api/queries";
import type { AppProfile, AuthMethod, JsonObject, Schema } from "../api/types";
import { properties } from "../form/schema";
import { SchemaForm } from "../form/schema-form";
import { Dialog, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { NameField } from "../parts/name-field";
import { exact } from "../parts/format";

export default function Profiles() {
  const { data, error } = useQuery(profiles);
  const [adding, setAdding] = useState(false);
  const [rotating, setRotating] = useState<AppProfile | null>(null);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (name: string) => call("DELETE", path("app-profiles", name)),
    onSettled: () => client.invalidateQueries({ queryKey: ["profiles"] }),
  });
  return (
    <>
      <div className="bar">
        <Title>App profiles</Title>
        <span className="grow" />
        <button type="button" className="button main" onClick={() => setAdding(true)}>
          Add app profile
        </button>
      </div>
      {error && <ErrorNotice error={error} />}
      {remove.error && <ErrorNotice error={remove.error} />}
      {!data && !error && (
        <div className="panel pad">
          <Skeleton lines={3} />
        </div>
      )}
      {data?.length === 0 && (
        <Empty title="No app profiles yet">
          A profile holds the key and secret of one app, so that many connections use them and nobody types them again.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className="panel scroll">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Holds</th>
                <th scope="col">Used by</th>
                <th scope="col">Added</th>
                <th scope="col">
                  <span className="screen-reader">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((each) => (
                <tr key={each.name}>
                  <td>
                    <b>{each.name}</b>
                    <small>{each.connector}</small>
                  </td>
                  <td>
                    {Object.entries(each.settings).map(([key, value]) => (
                      <span key={key} className="mono">
                        {`${key}: ${short(String(value))}`}
                        <br />
                      </span>
                    ))}
                    {each.secrets.map((key) => (
                      <span key={key} className="mono">
                        {`${key}: stored`}
                        <br />
                      </span>
                    ))}
                  </td>
                  <td>{each.used_by.join(", ") || <span className="muted">No connection yet</span>}</td>
                  <td className="nowrap">{exact(each.created_at)}</td>
                  <td className="nowrap number">
                    {each.secrets.length > 0 && (
                      <button
                        type="button"
                        className="button slim"
                        onClick={() => setRotating(each)}
                        aria-label={`Change secret of ${each.name}`}
                      >
                        Change secret
                      </button>
                    )}{" "}
                    <button
                      type="button"
                      className="button slim danger"
                      disabled={each.used_by.length > 0}
                      title={each.used_by.length ? "Connections use it" : ""}
                      onClick={() => remove.mutate(each.name)}
                      aria-label={`Delete ${each.name}`}
                    >
                      Delete
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <Add onClose={() => setAdding(false)} />}
      {rotating && <Rotate profile={rotating} onClose={() => setRotating(null)} />}
    </>
  );
}

const short = (text: string) => (text.length > 34 ? `${text.slice(0, 24)}…${text.slice(-6)}` : text);

/** Make one schema of what an app is known by in any of a connector's methods. */
function appSchema(methods: AuthMethod[], only?: string[]): Schema {
  const fields: Record<string, Schema> = {};
  for (const method of methods) {
    for (const [name, property] of Object.entries(properties(method.schema))) {
      const wanted = only
        ? only.includes(name)
        : /^(consumer|client)_/.test(name) || (property["x-secret"] === true && name !== "private_key");
      if (wanted) fields[name] ??= property;
    }
  }
  return { type: "object", properties: fields, required: only ?? [] };
}

function useSave(save: () => Promise<unknown>, onClose: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["profiles"] });
      onClose();
    },
  });
}

function Add({ onClose }: { onClose: () => void }) {
  const working = (useQuery(connectors).data ?? []).filter((each) => each.status === "ok");
  const [connector, setConnector] = useState("");
  const chosen = connector || working[0]?.name || "";
  const about = useQuery(manifest(chosen)).data;
  const schema = useMemo(() => (about ? appSchema(about.methods) : null), [about]);
  const [name, setName] = useState("");
  const [settings, setSettings] = useState<JsonObject>({});
  const [hosts, setHosts] = useState("");
  const save = useSave(
    () =>
      call("POST", "/app-profiles", {
        name: name.trim(),
        connector: chosen,
        settings,
        hosts: hosts
          .split(",")
          .map((each) => each.trim())
          .filter(Boolean),
      }),
    onClose,
  );
  return (
    <Dialog
      title="Add an app profile"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="add-profile" className="button main" disabled={save.isPending || !name.trim()}>
            Add
          </button>
        </>
      }
    >
      <form
        id="add-profile"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {working.length > 1 && (
          <div className="field">
            <label htmlFor="profile-connector">Connector</label>
            <select id="profile-connector" value={chosen} onChange={(event) => setConnector(event.target.value)}>
              {working.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.title}
                </option>
              ))}
            </select>
          </div>
        )}
        <NameField id="profile-name" label="Name" value={name} onChange={setName} placeholder="our-app" />
        {schema && (
          <SchemaForm key={chosen} schema={schema} value={settings} onChange={setSettings} attempted={false} />
        )}
        <div className="field">
          <label htmlFor="profile-hosts">Hosts that its secrets may go to</label>
          <input
            id="profile-hosts"
            type="text"
            autoComplete="off"
            value={hosts}
            placeholder="*.example.com"
            onChange={(event) => setHosts(event.target.value)}
          />
          <span className="hint">Separate several by commas. Empty: all hosts but this machine.</span>
        </div>
        {save.error && <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}

function Rotate({ profile, onClose }: { profile: AppProfile; onClose: () => void }) {
  const about = useQuery(manifest(profile.connector)).data;
  const schema = useMemo(() => (about ? appSchema(about.methods, profile.secrets) : null), [about, profile.secrets]);
  const [secrets, setSecrets] = useState<JsonObject>({});
  const save = useSave(() => call("PUT", path("app-profiles", profile.name, "secrets"), { secrets }), onClose);
  return (
    <Dialog
      title={`Change the secret of ${profile.name}`}
      onClose={onClose}
      foot={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            form="rotate-profile"
            className="button main"
            disabled={save.isPending || Object.keys(secrets).length === 0}
          >
            Change
          </button>
        </>
      }
    >
      <form
        id="rotate-profile"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p>
          {profile.used_by.length
            ? `${profile.used_by.join(", ")} will use it at the next call.`
            : "No connection uses it yet."}
        </p>
        {schema && <SchemaForm schema={schema} value={secrets} onChange={setSecrets} attempted={false} />}
        {save.error && <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}
