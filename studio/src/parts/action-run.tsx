/** A run of an action: how it stands, how to stop it, and its result. */

import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { call, path, Problem, stream } from "../api/client";
import type { ActionEntry, JsonObject, ProgressEvent, RunResult } from "../api/types";
import { ErrorNotice, Progress, Skeleton } from "../parts/basics";
import { duration, number, plural } from "../parts/format";

const Result = lazy(() => import("../parts/result"));

export type Run =
  | { state: "idle" }
  | { state: "running"; id: string; progress: ProgressEvent | null; began: number }
  | { state: "done"; result: RunResult }
  | { state: "failed"; error: unknown };

export function useRun(connection: string, action: string) {
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

export function RunPanel({ run, entry, action }: { run: Run; entry: ActionEntry; action: string }) {
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
