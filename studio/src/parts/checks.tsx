/** A connection test: checks that appear as they finish, each with its remedy. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { path, stream } from "../api/client";
import type { Check, TestReport } from "../api/types";
import { words } from "./format";
import { ErrorNotice } from "./basics";

const SIGNS = { ok: "✓", warning: "!", failed: "✕", skipped: "–" };
const SPOKEN = { ok: "Passed", warning: "Warning", failed: "Failed", skipped: "Not tried" };

export function Checks({ checks, running }: { checks: Check[]; running: boolean }) {
  return (
    <ul className="checks" aria-live="polite" aria-busy={running}>
      {checks.map((check) => (
        <li key={check.id} className={check.status}>
          <span className={`sign ${check.status}`} role="img" aria-label={SPOKEN[check.status]}>
            {SIGNS[check.status]}
          </span>
          <b>{words(check.id)}</b>
          <span>
            <span className={check.status === "skipped" ? "muted" : ""}>{check.message}</span>
            {check.remedy && <span className="remedy">{check.remedy}</span>}
          </span>
        </li>
      ))}
      {running && (
        <li>
          <span className="spinner" />
          <b className="muted">Testing</b>
          <span className="muted">{checks.length ? `${checks.length} checks done` : "Reaching the address"}</span>
        </li>
      )}
    </ul>
  );
}

/** Test a connection, and show the checks as they come. */
export function useConnectionTest(name: string) {
  const client = useQueryClient();
  const [checks, setChecks] = useState<Check[]>([]);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const mutation = useMutation({
    mutationFn: async (target?: string) => {
      setChecks([]);
      abort.current = new AbortController();
      return stream<TestReport>(
        path("connections", target ?? name, "test"),
        {},
        (event, data) => event === "check" && setChecks((old) => [...old, data as Check]),
        abort.current.signal,
      );
    },
    onSuccess: (report) => setChecks(report.checks),
    onSettled: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
  const { mutate } = mutation;
  const start = useCallback((target?: string) => mutate(target), [mutate]);
  return { checks, running: mutation.isPending, report: mutation.data, error: mutation.error, start };
}

export function TestPanel({
  test,
  stored,
}: {
  test: ReturnType<typeof useConnectionTest>;
  stored?: TestReport | null;
}) {
  const checks = test.checks.length || test.running ? test.checks : (stored?.checks ?? []);
  if (test.error) return <ErrorNotice error={test.error} />;
  if (!checks.length && !test.running) return null;
  const failed = checks.filter((check) => check.status === "failed").length;
  const warnings = checks.filter((check) => check.status === "warning").length;
  return (
    <section className="panel" aria-label="Connection test">
      <div className="head">
        <h2>Connection test</h2>
        {test.running ? (
          <span className="tag none">Running</span>
        ) : failed ? (
          <span className="tag bad">{`${failed} failed`}</span>
        ) : warnings ? (
          <span className="tag warn">{`Works, ${warnings} warning${warnings === 1 ? "" : "s"}`}</span>
        ) : (
          <span className="tag ok">Works</span>
        )}
      </div>
      <Checks checks={checks} running={test.running} />
    </section>
  );
}
