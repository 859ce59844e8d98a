/** A sandbox at work: where it is, its apps, users and data, the requests it answers, faults to switch on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useEffect, useState } from "react";
import { call, get, path } from "../api/client";
import { sandbox } from "../api/queries";
import type { Sandbox, SandboxRequest } from "../api/types";
import { Copy, Empty, ErrorNotice, Segments, Skeleton, Title } from "../parts/basics";
import { plural } from "../parts/format";
import { AppTable, ObjectTable, UserTable } from "../parts/sandbox-tables";
import { Samples, StartSandbox } from "./sandbox-start";

type View = "samples" | "requests" | "faults" | "data" | "apps" | "users";
const VIEWS: { value: View; label: string }[] = [
  { value: "samples", label: "Sample connections" },
  { value: "requests", label: "Requests" },
  { value: "faults", label: "Faults" },
  { value: "data", label: "Data" },
  { value: "apps", label: "Apps" },
  { value: "users", label: "Users" },
];

export default function SandboxPage({ name }: { name: string }) {
  const { data, error } = useQuery({ ...sandbox(name), refetchInterval: 5_000 });
  const [view, setView] = useState<View>("samples");
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => call<Sandbox>("POST", path("sandboxes", name, "stop")),
    onSuccess: (stopped) => client.setQueryData(["sandbox", name], stopped),
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Skeleton lines={6} />;
  if (!data.running)
    return (
      <>
        <div className="bar">
          <Title>{data.title}</Title>
          <span className="tag none">Off</span>
        </div>
        <StartSandbox name={name} />
      </>
    );
  const on = data.faults.filter((each) => each.on);
  return (
    <>
      <div className="bar">
        <Title>{data.title}</Title>
        <span className="tag ok">On</span>
        {on.length > 0 && <span className="tag warn">{`${plural(on.length, "fault")} on`}</span>}
        <span className="grow" />
        <button type="button" className="button" disabled={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </button>
      </div>
      <div className="stack">
        <p className="muted">{data.description} Its data is lost when it stops.</p>
        <Copy text={data.url} label="Address of the local org" />
        <div>
          <Segments slim label="Show" options={VIEWS} value={view} onChange={setView} />
        </div>
        {view === "samples" && <Samples sandboxName={name} title={data.title} connector={data.connector} />}
        {view === "requests" && <Requests name={name} />}
        {view === "faults" && <Faults sandbox={data} />}
        {view === "data" && <ObjectTable sandbox={data} />}
        {view === "apps" && <AppTable sandbox={data} />}
        {view === "users" && <UserTable sandbox={data} />}
      </div>
    </>
  );
}

function Faults({ sandbox: about }: { sandbox: Sandbox }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (fault: { kind: string; on: boolean }) =>
      call<Sandbox>("PUT", path("sandboxes", about.name, "faults"), fault),
    onMutate: ({ kind, on }) =>
      client.setQueryData<Sandbox>(
        ["sandbox", about.name],
        (old) => old && { ...old, faults: old.faults.map((each) => (each.kind === kind ? { ...each, on } : each)) },
      ),
    onSuccess: (changed) => client.setQueryData(["sandbox", about.name], changed),
  });
  return (
    <div className="panel">
      {change.error && <ErrorNotice error={change.error} />}
      <table className="list">
        <tbody>
          {about.faults.map((fault) => (
            <FaultRow key={fault.kind} fault={fault} onChange={(on) => change.mutate({ kind: fault.kind, on })} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A switch that moves at once; what the sandbox says comes after. */
function FaultRow({ fault, onChange }: { fault: Sandbox["faults"][number]; onChange: (on: boolean) => void }) {
  const [on, setOn] = useState(fault.on);
  useEffect(() => setOn(fault.on), [fault.on]);
  const id = `fault-${fault.kind}`;
  return (
    <tr>
      <td>
        <span className="check">
          <input
            id={id}
            type="checkbox"
            checked={on}
            onChange={(event) => {
              setOn(event.target.checked);
              onChange(event.target.checked);
            }}
          />
          <label htmlFor={id}>
            <b>{fault.title}</b>
            <small className="muted">{fault.description}</small>
          </label>
        </span>
      </td>
      <td className="number nowrap muted">{fault.happened > 0 ? `happened ${plural(fault.happened, "time")}` : ""}</td>
    </tr>
  );
}

function Requests({ name }: { name: string }) {
  const [requests, setRequests] = useState<SandboxRequest[]>([]);
  const [open, setOpen] = useState(0);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let last = 0;
    let timer = 0;
    const controller = new AbortController();
    const read = async () => {
      try {
        const found = await get<SandboxRequest[]>(
          `${path("sandboxes", name, "requests")}?after=${last}`,
          controller.signal,
        );
        const newest = found[found.length - 1];
        if (newest) {
          last = newest.number;
          setRequests((old) => [...[...found].reverse(), ...old].slice(0, 500));
        }
        timer = window.setTimeout(read, 1_500);
      } catch (problem) {
        if (!controller.signal.aborted) setError(problem);
      }
    };
    void read();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [name]);
  if (error) return <ErrorNotice error={error} />;
  if (requests.length === 0)
    return (
      <Empty title="No requests yet">
        Test a connection or run an action: each call appears here, with tokens and secrets masked.
      </Empty>
    );
  return (
    <div className="panel scroll">
      <table className="list log">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col" className="number">
              ms
            </th>
          </tr>
        </thead>
        <tbody>
          {requests.map((each) => (
            <Fragment key={each.number}>
              <tr>
                <td className="nowrap">{new Date(each.at).toLocaleTimeString()}</td>
                <td>
                  <button
                    type="button"
                    className="request"
                    aria-expanded={open === each.number}
                    onClick={() => setOpen(open === each.number ? 0 : each.number)}
                  >
                    <b>{each.method}</b>
                    <span style={{ overflowWrap: "anywhere" }}>{readable(each.path)}</span>
                  </button>
                  {each.fault && (
                    <>
                      {" "}
                      <span className="tag warn">{each.fault}</span>
                    </>
                  )}
                </td>
                <td>
                  <span className={each.status >= 400 || each.status === 0 ? "tag bad" : "tag ok"}>
                    {each.status || "cut"}
                  </span>
                </td>
                <td className="number">{each.milliseconds}</td>
              </tr>
              {open === each.number && (
                <tr>
                  <td colSpan={4} className="stack tight">
                    {each.request && (
                      <>
                        <b>Request</b>
                        <pre className="code-block">{each.request}</pre>
                      </>
                    )}
                    {each.response && (
                      <>
                        <b>Response</b>
                        <pre className="code-block">{each.response}</pre>
                      </>
                    )}
                    {!each.request && !each.response && <span className="muted">No text in either body.</span>}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function readable(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
