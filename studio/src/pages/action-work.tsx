/** One action: its form from the live schema, the run, and what came of it. */

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { call, path, Problem, stream } from "../api/client";
import { part } from "../api/queries";
import type {
  ActionEntry,
  Connection,
  Json,
  JsonObject,
  OptionsPage,
  ProgressEvent,
  RunResult,
  Schema,
} from "../api/types";
import { chosenValues, hasExpression, isDynamic, isObject, properties, resolve } from "../form/schema";
import { check, SchemaForm } from "../form/schema-form";
import { Dialog, ErrorNotice, Progress, Skeleton, Title } from "../parts/basics";
import { CopyAs } from "../parts/copy-as";
import { Editor } from "../parts/editor";
import { duration, number, plural } from "../parts/format";
import { orgOf } from "../parts/state";
import { faultsOf } from "./add-connection";

const Result = lazy(() => import("../parts/result"));

interface Props {
  connector: string;
  action: string;
  connection: Connection | undefined;
  connections: Connection[];
  onConnection: (name: string) => void;
}

type Run =
  | { state: "idle" }
  | { state: "running"; id: string; progress: ProgressEvent | null; began: number }
  | { state: "done"; result: RunResult }
  | { state: "failed"; error: unknown };

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

function useRun(connection: string, action: string) {
  const client = useQueryClient();
  const [run, setRun] = useState<Run>({ state: "idle" });
  const abort = useRef<AbortController | null>(null);
  const runId = useRef("");
  useEffect(() => () => abort.current?.abort(), []);
  const start = useCallback(
    async (inputs: JsonObject) => {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      runId.current = "";
      setRun({ state: "running", id: "", progress: null, began: Date.now() });
      try {
        const result = await stream<RunResult>(
          path("connections", connection, "actions", action, "runs"),
          { inputs },
          (event, data) => {
            if (event === "started") runId.current = (data as { run_id: string }).run_id;
            else if (event === "progress")
              setRun((old) => (old.state === "running" ? { ...old, progress: data as ProgressEvent } : old));
          },
          controller.signal,
        );
        setRun({ state: "done", result });
      } catch (error) {
        setRun({ state: "failed", error });
      } finally {
        for (const queryKey of [["runs"], ["limits"], ["connections"]]) void client.invalidateQueries({ queryKey });
      }
    },
    [client, connection, action],
  );
  const cancel = useCallback(() => {
    // The server ends the run and says so as the last event; a closed connection would say nothing.
    if (runId.current) void call("DELETE", path("runs", runId.current)).catch(() => abort.current?.abort());
    else abort.current?.abort();
  }, []);
  return { run, start, cancel };
}

function RunPanel({ run, entry, action }: { run: Run; entry: ActionEntry; action: string }) {
  switch (run.state) {
    case "idle":
      return (
        <>
          <div className="head">
            <h2>Result</h2>
          </div>
          <p className="pad muted">
            Nothing has been sent yet.{" "}
            {entry.annotations.readOnlyHint
              ? "This action only reads."
              : "You will be asked before anything is written."}
          </p>
        </>
      );
    case "running":
      return (
        <>
          <div className="head">
            <h2>Running</h2>
            <span className="spinner" />
          </div>
          <div className="pad stack tight" aria-live="polite">
            <Progress
              done={run.progress?.done ?? null}
              total={run.progress?.total ?? null}
              label="Progress of the run"
            />
            <span className="muted">{progressText(run.progress)}</span>
          </div>
        </>
      );
    case "failed": {
      const problem = run.error instanceof Problem ? run.error.body : null;
      const cancelled = problem?.code === "CANCELLED" || !(run.error instanceof Problem);
      return (
        <>
          <div className="head">
            <h2>Result</h2>
            <span className={cancelled ? "tag none" : "tag bad"}>{cancelled ? "Cancelled" : "Failed"}</span>
          </div>
          <div className="pad stack">
            {cancelled ? (
              <p className="muted">Cancelled. What was sent before that may have taken effect.</p>
            ) : (
              <ErrorNotice error={run.error} />
            )}
            {problem && !cancelled && problem.sent === false && <p className="muted">Nothing was changed.</p>}
            {problem && !cancelled && problem.sent !== false && problem.kind === "retryable" && (
              <p className="muted">The call may have succeeded. Check before you retry.</p>
            )}
          </div>
        </>
      );
    }
    default:
      return (
        <>
          <div className="head">
            <h2>Result</h2>
            <span className="tag ok">Done</span>
            <span className="grow" />
            <span className="footline">
              <span>{duration(run.result.seconds)}</span>
              <span>{plural(run.result.usage.calls, "call")}</span>
              {run.result.usage.limit_left !== null && (
                <span>{`${number(run.result.usage.limit_left)} of ${number(run.result.usage.limit_max ?? 0)} left today`}</span>
              )}
            </span>
          </div>
          <div className="pad stack">
            {run.result.warnings.map((warning) => (
              <div className="notice warn" key={warning}>
                {warning}
              </div>
            ))}
            <Suspense fallback={<Skeleton />}>
              <Result value={run.result.output} name={action} />
            </Suspense>
          </div>
        </>
      );
  }
}

function progressText(progress: ProgressEvent | null): string {
  if (!progress) return "Sent. Waiting for the answer.";
  const count = typeof progress.done === "number" ? number(progress.done) : "";
  const total = typeof progress.total === "number" ? ` of ${number(progress.total)}` : "";
  return [progress.message, count && `${count}${total}`].filter(Boolean).join(" · ") || "Working";
}

function Confirm({
  entry,
  schema,
  connection,
  inputs,
  onClose,
  onRun,
}: {
  entry: ActionEntry;
  schema: Schema;
  connection: Connection;
  inputs: JsonObject;
  onClose: () => void;
  onRun: () => void;
}) {
  const plan = useQuery({
    queryKey: ["explain", connection.id, entry.name, inputs],
    queryFn: () =>
      call<RunResult>("POST", path("connections", connection.name, "actions", entry.name, "runs"), {
        inputs,
        explain: true,
      }),
    staleTime: 0,
  });
  const calls = (plan.data?.output as { calls?: { method?: string; path?: string; url?: string }[] } | null)?.calls;
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={`${entry.title} on ${connection.name}?`}
      onClose={onClose}
      foot={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className={entry.annotations.destructiveHint ? "button danger main" : "button main"}
            onClick={onRun}
          >
            {entry.annotations.destructiveHint ? "Run and change records" : "Run"}
          </button>
        </>
      }
    >
      <p>
        {entry.annotations.destructiveHint
          ? "This may delete or overwrite what is there."
          : "This adds or changes records."}{" "}
        {orgSentence(connection)}
      </p>
      <dl className="facts">
        {lines(schema, inputs).map(({ title, value }) => (
          <Line key={title} name={title} value={value} />
        ))}
      </dl>
      {plan.isPending && <Skeleton lines={2} />}
      {calls && calls.length > 0 && (
        <details className="more" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{`What will be sent: ${plural(calls.length, "call")}`}</summary>
          <pre className="code-block">
            {calls.map((each) => `${each.method ?? ""} ${each.path ?? each.url ?? ""}`).join("\n")}
          </pre>
        </details>
      )}
      {plan.error && <ErrorNotice error={plan.error} />}
    </Dialog>
  );
}

const orgSentence = (connection: Connection): string => {
  const org = orgOf(connection);
  return org.kind ? `${org.name || connection.name}: ${org.kind.toLowerCase()}.` : "";
};

const SHOWN_LINES = 14;

/** Give what is entered with the titles of the fields, those of an object one by one. */
function lines(schema: Schema, inputs: JsonObject, depth = 0): { title: string; value: Json }[] {
  const found = Object.entries(inputs).flatMap(([name, value]) => {
    const property = resolve(properties(schema)[name] ?? {}, schema);
    const title = String(property.title ?? name);
    const inner = properties(property);
    if (depth === 0 && isObject(value) && Object.keys(inner).length > 0) return lines(property, value as JsonObject, 1);
    return [{ title, value }];
  });
  const more = found.length - SHOWN_LINES;
  return more > 0 ? [...found.slice(0, SHOWN_LINES), { title: "And", value: `${more} more` }] : found;
}

function Line({ name, value }: { name: string; value: Json }) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <>
      <dt>{name}</dt>
      <dd>{text.length > 300 ? `${text.slice(0, 300)}…` : text}</dd>
    </>
  );
}

/** The input as JSON, kept in step with the form. */
function RawJson({ inputs, onChange }: { inputs: JsonObject; onChange: (inputs: JsonObject) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const text = draft ?? JSON.stringify(inputs, null, 2);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the form ends a draft
  useEffect(() => {
    if (draft !== null && !wrong) setDraft(null);
  }, [inputs]);
  return (
    <details className="more">
      <summary>Input as JSON</summary>
      <div className="stack tight">
        <Editor
          label="Input as JSON"
          language="json"
          value={text}
          invalid={Boolean(wrong)}
          onChange={(next) => {
            setDraft(next);
            try {
              const parsed = JSON.parse(next) as Json;
              if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
                throw new Error("The input is an object.");
              setWrong("");
              onChange(parsed);
            } catch (error) {
              setWrong(error instanceof Error ? error.message : "Not JSON.");
            }
          }}
        />
        {wrong && (
          <span className="field">
            <span className="error" role="status">
              {wrong}
            </span>
          </span>
        )}
      </div>
    </details>
  );
}
