/** One action: its form from the live schema, the run, and its result. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { call, path } from "../api/client";
import { part } from "../api/queries";
import type { ActionEntry, Connection, JsonObject, OptionsPage, Schema } from "../api/types";
import { chosenValues, hasExpression, isDynamic } from "../form/schema";
import { check, SchemaForm } from "../form/schema-form";
import { ErrorNotice, Skeleton, Title } from "../parts/basics";
import { CopyAs } from "../parts/copy-as";
import { faultsOf } from "../form/server-faults";
import { RunPanel, useRun } from "../parts/action-run";
import { Confirm } from "../parts/confirm-run";
import { RawJson } from "../parts/raw-json";

interface Props {
  connector: string;
  action: string;
  connection: Connection | undefined;
  connections: Connection[];
  onConnection: (name: string) => void;
}

export default function ActionWork({ connector, action, connection, connections, onConnection }: Props) {
  const { data, error } = useQuery(part(connector, "actions", action));
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Skeleton lines={8} />;
  return <Work {...{ connector, action, connection, connections, onConnection }} entry={data} />;
}

/** Inputs survive a change of the page, in this tab alone. */
const drafts = new Map<string, JsonObject>();

function Work({ connector, action, entry, connection, connections, onConnection }: Props & { entry: ActionEntry }) {
  const key = `${connector} ${action}`;
  const [inputs, setState] = useState<JsonObject>(() => drafts.get(key) ?? {});
  const setInputs = useCallback(
    (next: JsonObject) => {
      drafts.set(key, next);
      setState(next);
    },
    [key],
  );
  const [formKey, setFormKey] = useState(0);
  const [attempted, setAttempted] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const { schema, loading, error: schemaError } = useLiveSchema(entry, connection, inputs);
  const { run, start, cancel } = useRun(connection?.name ?? "", action);
  const serverFaults = useMemo(() => (run.state === "failed" ? faultsOf(run.error) : []), [run]);
  const expression = useMemo(() => hasExpression(inputs), [inputs]);
  const writes = entry.annotations.readOnlyHint === false;
  const kind = entry.annotations.readOnlyHint
    ? "reads"
    : entry.annotations.destructiveHint
      ? "may delete or overwrite"
      : "writes";
  const options = useMemo(() => {
    if (!connection) return null;
    return (source: string, chosen: Record<string, unknown>, search: string, page: string | null) =>
      call<OptionsPage>("POST", path("connections", connection.name, "options", source), {
        inputs: chosen,
        search,
        page,
      });
  }, [connection]);

  const submit = () => {
    setAttempted(true);
    if (check(schema, inputs).length || !connection || expression) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus());
      return;
    }
    if (writes) setConfirming(true);
    else void start(inputs);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        event.preventDefault();
        submit();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
  const replace = (next: JsonObject) => {
    setInputs(next);
    setFormKey((old) => old + 1);
    setAttempted(false);
  };
  const broken = connection && (connection.state === "needs_sign_in" || connection.state === "failed");
  return (
    <>
      <div className="bar">
        <Title>{entry.title}</Title>
        <span className={writes ? "tag warn" : "tag none"}>{kind}</span>
        <span className="grow" />
        {connections.length > 0 && (
          <select
            aria-label="Connection"
            style={{ width: 200 }}
            value={connection?.name ?? ""}
            onChange={(event) => onConnection(event.target.value)}
          >
            {connections.map((each) => (
              <option key={each.id} value={each.name}>
                {each.name}
              </option>
            ))}
          </select>
        )}
        <CopyAs connector={connector} action={action} connection={connection?.name ?? "CONNECTION"} inputs={inputs} />
        {run.state === "running" ? (
          <button type="button" className="button danger" onClick={cancel}>
            Cancel
          </button>
        ) : (
          <button type="button" className="button main" onClick={submit} disabled={!connection} title="Ctrl+Enter">
            Run
          </button>
        )}
      </div>
      <p className="muted" style={{ marginBottom: 16 }}>
        {entry.description}{" "}
        {entry.docs && (
          <a href={entry.docs} target="_blank" rel="noreferrer noopener">
            Documentation
          </a>
        )}
      </p>
      {entry.deprecated && (
        <div className="notice warn" style={{ marginBottom: 16 }}>
          <b>Deprecated</b>
          {entry.replaced_by && (
            <Link href={`/actions/${connector}/${entry.replaced_by}`}>{`Use ${entry.replaced_by}`}</Link>
          )}
        </div>
      )}
      {!connection && (
        <div className="notice" style={{ marginBottom: 16 }}>
          To run it, <Link href={`/connections/new/${connector}`}>add a connection</Link>.
        </div>
      )}
      {broken && (
        <div className="notice bad" style={{ marginBottom: 16 }}>
          <b>{`${connection.name} does not work.`}</b>
          {connection.cause}{" "}
          <Link href={`/connections/${encodeURIComponent(connection.name)}`}>Open the connection</Link>
        </div>
      )}
      <div className="panel work">
        <div>
          <div className="head">
            <h2>Input</h2>
            {loading && <span className="spinner" role="status" aria-label="Loading the fields" />}
            <span className="grow" />
            {entry.examples.length > 0 && (
              <select
                aria-label="Fill in an example"
                style={{ width: 190 }}
                value=""
                onChange={(event) => replace(entry.examples[Number(event.target.value)]?.input ?? {})}
              >
                <option value="">Examples</option>
                {entry.examples.map((each, index) => (
                  <option key={each.summary} value={index}>
                    {each.summary}
                  </option>
                ))}
              </select>
            )}
            {Object.keys(inputs).length > 0 && (
              <button type="button" className="button slim quiet" onClick={() => replace({})}>
                Clear
              </button>
            )}
          </div>
          <div className="pad stack">
            {schemaError !== null && <ErrorNotice error={schemaError} />}
            <SchemaForm
              key={formKey}
              schema={schema}
              value={inputs}
              onChange={setInputs}
              attempted={attempted}
              serverFaults={serverFaults}
              options={options}
              optionsKey={connection?.id ?? ""}
              expressions
            />
            {expression && (
              <div className="notice">
                An expression is filled in by the engine: this input cannot be run here. “Copy as” takes it along.
              </div>
            )}
            <RawJson inputs={inputs} onChange={replace} />
          </div>
        </div>
        <div>
          <RunPanel run={run} entry={entry} action={action} />
        </div>
      </div>
      {confirming && connection && (
        <Confirm
          entry={entry}
          schema={schema}
          connection={connection}
          inputs={inputs}
          onClose={() => setConfirming(false)}
          onRun={() => {
            setConfirming(false);
            void start(inputs);
          }}
        />
      )}
    </>
  );
}

/** Give the schema for what is chosen so far: asked for again when a choice changes, the old one shown meanwhile. */
function useLiveSchema(entry: ActionEntry, connection: Connection | undefined, inputs: JsonObject) {
  const [live, setLive] = useState<Schema>(entry.input);
  const dynamic = useMemo(() => isDynamic(entry.input), [entry]);
  const signature = useMemo(() => JSON.stringify(chosenValues(live, inputs, live)), [live, inputs]);
  const [settled, setSettled] = useState(signature);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(signature), 120);
    return () => clearTimeout(timer);
  }, [signature]);
  const query = useQuery({
    queryKey: ["schema", connection?.id, entry.name, settled],
    queryFn: () =>
      call<{ input: Schema }>("POST", path("connections", connection?.name ?? "", "actions", entry.name, "schema"), {
        inputs,
      }),
    enabled: dynamic && connection !== undefined && settled !== "[]",
    staleTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (!dynamic || settled === "[]") setLive(entry.input);
    else if (query.data && !query.isPlaceholderData) setLive(query.data.input);
  }, [dynamic, entry, query.data, query.isPlaceholderData, settled]);
  return { schema: live, loading: query.isFetching, error: query.error };
}
