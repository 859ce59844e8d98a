/** Triggers: try one and see its events arrive; store one, and give a service the URL that it pushes to. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { call, path } from "../api/client";
import { connections, connectors, manifest, part } from "../api/queries";
import type { ActionEntry, Connection, JsonObject, OptionsPage } from "../api/types";
import { check, SchemaForm } from "../form/schema-form";
import { ErrorNotice, Skeleton, Title } from "../parts/basics";
import { plural } from "../parts/format";
import { faultsOf } from "../form/server-faults";
import { Catalog } from "./actions";
import { Store, Stored } from "../parts/stored-triggers";
import { useWatch } from "../parts/trigger-watch";
import { WaitingEvents } from "../parts/waiting-events";

const Result = lazy(() => import("../parts/result"));

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
        <span className="tag none">{pushed ? "pushed" : "polled"}</span>
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
            {pushed && connection && <WaitingEvents connection={connection.name} trigger={trigger} />}
            {!pushed && watch.events.length === 0 && (
              <p className="muted">
                {watch.running
                  ? "No event yet. Events from now on appear here."
                  : "Watch to see events as they happen. Watching stores nothing."}
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
