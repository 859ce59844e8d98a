/** Triggers: try one and see its events arrive; store one, and give a service the URL that it pushes to. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { call, path } from "../api/client";
import { connections, connectors, manifest, part, triggers } from "../api/queries";
import type { ActionEntry, Connection, Json, JsonObject, OptionsPage, StoredTrigger, TriggerBatch } from "../api/types";
import { check, SchemaForm } from "../form/schema-form";
import { Copy, Dialog, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { exact, plural } from "../parts/format";
import { faultsOf } from "./add-connection";
import { Catalog } from "./actions";

const Result = lazy(() => import("../parts/result"));
const PAUSE = 3_000; // milliseconds between polls while watching
const SHOWN = 1_000; // events

export default function Triggers({
  connector,
  trigger,
}: {
  connector?: string | undefined;
  trigger?: string | undefined;
}) {
  const working = useQuery(connectors).data?.filter((each) => each.status === "ok");
  const stored = useQuery(connections).data;
  const name = connector ?? stored?.[0]?.connector ?? working?.find((each) => each.triggers > 0)?.name ?? "";
  const { data, error } = useQuery(manifest(name));
  const [query, setQuery] = useSearchParams();
  if (error) return <ErrorNotice error={error} />;
  if (!working || !stored || !data) return <Skeleton lines={8} />;
  const usable = stored.filter((each) => each.connector === name);
  const chosen = usable.find((each) => each.name === query.get("connection")) ?? usable[0];
  const search = chosen ? `?connection=${encodeURIComponent(chosen.name)}` : "";
  return (
    <div className="catalog">
      <Catalog
        parts={data.trigger_list}
        connection=""
        active={trigger ?? ""}
        href={(each) => `/triggers/${name}/${each}${search}`}
        noun="trigger"
      />
      <div className="stack">
        {trigger ? (
          <One
            key={`${name} ${trigger}`}
            connector={name}
            trigger={trigger}
            connection={chosen}
            connections={usable}
            onConnection={(next) => setQuery({ connection: next })}
          />
        ) : (
          <>
            <div className="bar" style={{ marginBottom: 0 }}>
              <Title>Triggers</Title>
            </div>
            <Stored />
          </>
        )}
      </div>
    </div>
  );
}

function Stored() {
  const { data, error } = useQuery(triggers);
  const client = useQueryClient();
  const [shown, setShown] = useState<StoredTrigger | null>(null);
  const remove = useMutation({
    mutationFn: (name: string) => call("DELETE", path("triggers", name)),
    onSettled: () => client.invalidateQueries({ queryKey: ["triggers"] }),
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data)
    return (
      <div className="panel pad">
        <Skeleton lines={3} />
      </div>
    );
  if (data.length === 0)
    return (
      <Empty title="No stored triggers">
        Choose a trigger on the left to try it. Store it when it gives what you need: an engine polls it then, or the
        service pushes to its URL.
      </Empty>
    );
  return (
    <div className="panel scroll">
      {remove.error && <ErrorNotice error={remove.error} />}
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Trigger</th>
            <th scope="col">Connection</th>
            <th scope="col">Last moved</th>
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
              </td>
              <td>
                {each.trigger}
                <small>{each.delivery === "webhook" ? "pushed" : "polled"}</small>
              </td>
              <td>
                <Link href={`/connections/${encodeURIComponent(each.connection)}`}>{each.connection}</Link>
              </td>
              <td className="nowrap">{exact(each.changed_at)}</td>
              <td className="nowrap number">
                {each.webhook_url && (
                  <button
                    type="button"
                    className="button slim"
                    onClick={() => setShown(each)}
                    aria-label={`URL of ${each.name}`}
                  >
                    URL
                  </button>
                )}{" "}
                <button
                  type="button"
                  className="button slim danger"
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
      {shown?.webhook_url && (
        <Dialog
          title={`The URL of ${shown.name}`}
          onClose={() => setShown(null)}
          foot={
            <button type="button" className="button main" onClick={() => setShown(null)}>
              Close
            </button>
          }
        >
          <p>The service sends events to this URL. Whoever knows it may send events: treat it as a password.</p>
          <Copy text={shown.webhook_url} label="Webhook URL" />
        </Dialog>
      )}
    </div>
  );
}

interface Props {
  connector: string;
  trigger: string;
  connection: Connection | undefined;
  connections: Connection[];
  onConnection: (name: string) => void;
}

function One(props: Props) {
  const { data, error } = useQuery(part(props.connector, "triggers", props.trigger));
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Skeleton lines={8} />;
  return <Try {...props} entry={data} />;
}

function Try({
  connector,
  trigger,
  entry,
  connection,
  connections: usable,
  onConnection,
}: Props & { entry: ActionEntry }) {
  const [inputs, setInputs] = useState<JsonObject>({});
  const [attempted, setAttempted] = useState(false);
  const [storing, setStoring] = useState(false);
  const watch = useWatch(connection?.name ?? "", trigger, inputs);
  const options = useMemo(() => {
    if (!connection) return null;
    return (source: string, chosen: Record<string, unknown>, search: string, page: string | null) =>
      call<OptionsPage>("POST", path("connections", connection.name, "options", source), {
        inputs: chosen,
        search,
        page,
      });
  }, [connection]);
  const begin = () => {
    setAttempted(true);
    if (!check(entry.input, inputs).length && connection) watch.start();
  };
  const pushed = entry.delivery === "webhook";
  return (
    <>
      <div className="bar" style={{ marginBottom: 0 }}>
        <Title>{entry.title}</Title>
        <span className="tag none">{pushed ? "the service pushes" : "polled"}</span>
        <span className="grow" />
        {usable.length > 0 && (
          <select
            aria-label="Connection"
            style={{ width: 200 }}
            value={connection?.name ?? ""}
            onChange={(event) => onConnection(event.target.value)}
          >
            {usable.map((each) => (
              <option key={each.id} value={each.name}>
                {each.name}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          className="button"
          disabled={!connection}
          onClick={() => {
            setAttempted(true);
            if (!check(entry.input, inputs).length) setStoring(true);
          }}
        >
          Store…
        </button>
        {!pushed &&
          (watch.running ? (
            <button type="button" className="button danger" onClick={watch.stop}>
              Stop
            </button>
          ) : (
            <button type="button" className="button main" disabled={!connection} onClick={begin}>
              Watch for events
            </button>
          ))}
      </div>
      <p className="muted">{entry.description}</p>
      {!connection && (
        <div className="notice">
          To try it, <Link href={`/connections/new/${connector}`}>add a connection</Link>.
        </div>
      )}
      <div className="panel work">
        <div>
          <div className="head">
            <h2>Input</h2>
          </div>
          <div className="pad">
            <SchemaForm
              schema={entry.input}
              value={inputs}
              onChange={setInputs}
              attempted={attempted}
              serverFaults={faultsOf(watch.error)}
              options={options}
              optionsKey={connection?.id ?? ""}
            />
          </div>
        </div>
        <div>
          <div className="head">
            <h2>Events</h2>
            {watch.running && (
              <span className="tag accent">
                <span className="dot" />
                Watching
              </span>
            )}
            <span className="grow" />
            {watch.events.length > 0 && <span className="muted small">{plural(watch.events.length, "event")}</span>}
          </div>
          <div className="pad stack" aria-live="polite">
            {watch.error !== null && <ErrorNotice error={watch.error} />}
            {watch.warnings.map((warning) => (
              <div className="notice warn" key={warning}>
                {warning}
              </div>
            ))}
            {watch.events.length === 0 && (
              <p className="muted">
                {pushed
                  ? "Store it to get the URL that the service sends events to."
                  : watch.running
                    ? "Nothing yet. What happens from now on appears here."
                    : "Nothing is watched yet. Nothing is stored by watching."}
              </p>
            )}
            {watch.events.length > 0 && (
              <Suspense fallback={<Skeleton />}>
                <Result value={watch.events} name={trigger} />
              </Suspense>
            )}
            {watch.cursor && (
              <details className="more">
                <summary>Cursor</summary>
                <pre className="code-block">{JSON.stringify(watch.cursor, null, 2)}</pre>
              </details>
            )}
          </div>
        </div>
      </div>
      {storing && connection && (
        <Store entry={entry} connection={connection} inputs={inputs} onClose={() => setStoring(false)} />
      )}
    </>
  );
}

/** Poll again and again from this page, newest events first. */
function useWatch(connection: string, trigger: string, inputs: JsonObject) {
  const [running, setRunning] = useState(false);
  const [events, setEvents] = useState<Json[]>([]);
  const [cursor, setCursor] = useState<JsonObject | null>(null);
  const [warnings, setWarnings] = useState<string[]>([]);
  const [error, setError] = useState<unknown>(null);
  const state = useRef({ cursor: null as JsonObject | null, inputs });
  const start = useCallback(() => {
    state.current = { cursor: null, inputs };
    setEvents([]);
    setCursor(null);
    setWarnings([]);
    setError(null);
    setRunning(true);
  }, [inputs]);
  useEffect(() => {
    if (!running) return;
    let timer = 0;
    let ended = false;
    const poll = async () => {
      try {
        const batch = await call<TriggerBatch>(
          "POST",
          path("connections", connection, "triggers", trigger, "try"),
          state.current,
        );
        if (ended) return;
        state.current.cursor = batch.cursor;
        setCursor(batch.cursor);
        setWarnings(batch.warnings);
        if (batch.events.length) setEvents((old) => [...[...batch.events].reverse(), ...old].slice(0, SHOWN));
        timer = window.setTimeout(poll, batch.more ? 100 : PAUSE);
      } catch (problem) {
        if (ended) return;
        setError(problem);
        setRunning(false);
      }
    };
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [running, connection, trigger]);
  return { running, events, cursor, warnings, error, start, stop: () => setRunning(false) };
}

function Store({
  entry,
  connection,
  inputs,
  onClose,
}: {
  entry: ActionEntry;
  connection: Connection;
  inputs: JsonObject;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () =>
      call<StoredTrigger>("POST", "/triggers", {
        name: name.trim(),
        connection: connection.name,
        trigger: entry.name,
        inputs,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["triggers"] }),
  });
  const done = save.data;
  return (
    <Dialog
      title={done ? `${done.name} is stored` : `Store this trigger`}
      onClose={onClose}
      foot={
        done ? (
          <button type="button" className="button main" onClick={onClose}>
            Close
          </button>
        ) : (
          <>
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button
              type="submit"
              form="store-trigger"
              className="button main"
              disabled={!name.trim() || save.isPending}
            >
              Store
            </button>
          </>
        )
      }
    >
      {done ? (
        done.webhook_url ? (
          <>
            <p>Give the service this URL. Whoever knows it may send events: treat it as a password.</p>
            <Copy text={done.webhook_url} label="Webhook URL" />
          </>
        ) : (
          <p>An engine polls it by its name. Its first poll says where it begins.</p>
        )
      ) : (
        <form
          id="store-trigger"
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <div className="field">
            <label htmlFor="trigger-name">Name</label>
            <input
              id="trigger-name"
              type="text"
              autoComplete="off"
              value={name}
              placeholder="new-accounts"
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          {save.error && <ErrorNotice error={save.error} />}
        </form>
      )}
    </Dialog>
  );
}
