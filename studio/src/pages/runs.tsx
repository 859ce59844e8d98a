/** What was run here and by engines on this store; and the audit trail. No inputs, no records. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { get } from "../api/client";
import { connections } from "../api/queries";
import type { RunRecord } from "../api/types";
import { Empty, ErrorNotice, Segments, Skeleton, Title } from "../parts/basics";
import { ago, duration, exact, words } from "../parts/format";

type View = "runs" | "audit";

export default function Runs() {
  const [query, setQuery] = useSearchParams();
  const view: View = query.get("view") === "audit" ? "audit" : "runs";
  const connection = query.get("connection") ?? "";
  const outcome = query.get("outcome") ?? "";
  const stored = useQuery(connections).data ?? [];
  const set = (name: string, value: string) =>
    setQuery((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <>
      <div className="bar">
        <Title>Runs</Title>
        <Segments
          slim
          label="Show"
          value={view}
          onChange={(next) => set("view", next === "audit" ? "audit" : "")}
          options={[
            { value: "runs", label: "Runs" },
            { value: "audit", label: "Audit trail" },
          ]}
        />
        <span className="grow" />
        <select
          aria-label="Connection"
          style={{ width: 200 }}
          value={connection}
          onChange={(event) => set("connection", event.target.value)}
        >
          <option value="">All connections</option>
          {stored.map((each) => (
            <option key={each.id} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
        {view === "runs" && (
          <select
            aria-label="Outcome"
            style={{ width: 150 }}
            value={outcome}
            onChange={(event) => set("outcome", event.target.value)}
          >
            <option value="">All outcomes</option>
            <option value="ok">Done</option>
            <option value="failed">Failed</option>
          </select>
        )}
      </div>
      {view === "runs" ? <RunList connection={connection} outcome={outcome} /> : <Audit connection={connection} />}
    </>
  );
}

function RunList({ connection, outcome }: { connection: string; outcome: string }) {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["runs", connection, outcome],
    queryFn: ({ pageParam }) =>
      get<{ runs: RunRecord[]; next: string | null }>(
        `/runs?${new URLSearchParams({ connection, outcome, before: pageParam })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    staleTime: 2_000,
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data)
    return (
      <div className="panel pad">
        <Skeleton lines={6} />
      </div>
    );
  const runs = data.pages.flatMap((page) => page.runs);
  if (runs.length === 0) {
    return (
      <Empty
        title={connection || outcome ? "No run matches" : "Nothing was run yet"}
        actions={
          <Link href="/actions" className="button main">
            Try an action
          </Link>
        }
      >
        What you try here and what engines run on this store is listed with its outcome, its calls and its time. Inputs
        and records are not kept.
      </Empty>
    );
  }
  return (
    <div className="panel scroll">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Action</th>
            <th scope="col">Connection</th>
            <th scope="col">Who</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="number">
              Calls
            </th>
            <th scope="col" className="number">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td className="nowrap" title={exact(run.at)}>
                {ago(run.at)}
              </td>
              <td>{words(run.action)}</td>
              <td>
                <Link href={`/connections/${encodeURIComponent(run.connection)}`}>{run.connection}</Link>
              </td>
              <td>{run.who || <span className="muted">—</span>}</td>
              <td>
                <Outcome run={run} />
              </td>
              <td className="number">{run.calls ?? "—"}</td>
              <td className="number nowrap">{run.seconds === null ? "—" : duration(run.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasNextPage && (
        <div className="pad">
          <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Older runs
          </button>
        </div>
      )}
    </div>
  );
}

function Outcome({ run }: { run: RunRecord }) {
  const [open, setOpen] = useState(false);
  if (run.outcome === "ok") return <span className="tag ok">Done</span>;
  if (run.outcome === "cancelled") return <span className="tag none">Cancelled</span>;
  return (
    <>
      <span className="tag bad">{run.outcome}</span>
      {run.message && (
        <small>
          {open || run.message.length < 120 ? (
            run.message
          ) : (
            <>
              {run.message.slice(0, 110)}…{" "}
              <button type="button" className="fx" onClick={() => setOpen(true)}>
                more
              </button>
            </>
          )}
        </small>
      )}
    </>
  );
}

interface Entry {
  at: string;
  who: string;
  what: string;
  connection: string;
  detail: string;
}

function Audit({ connection }: { connection: string }) {
  const { data, error } = useQuery({
    queryKey: ["audit", connection],
    queryFn: () => get<Entry[]>(`/audit?${new URLSearchParams({ connection })}`),
    staleTime: 2_000,
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data)
    return (
      <div className="panel pad">
        <Skeleton lines={6} />
      </div>
    );
  if (data.length === 0)
    return (
      <Empty title="The audit trail is empty">Who connected, tested, ran, shared or removed what is listed here.</Empty>
    );
  return (
    <div className="panel scroll">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Connection</th>
            <th scope="col">Who</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {data.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id, and only new ones come before
            <tr key={data.length - index}>
              <td className="nowrap" title={exact(entry.at)}>
                {ago(entry.at)}
              </td>
              <td>{words(entry.what)}</td>
              <td>{entry.connection || "—"}</td>
              <td>{entry.who || <span className="muted">—</span>}</td>
              <td>{entry.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
