/** All connections and their state; an empty studio offers to begin. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { connections, connectors, samples, sandbox, session } from "../api/queries";
import type { Connection } from "../api/types";
import { ConnectorIcon, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { ago, plural } from "../parts/format";
import { orgOf, StateTag, whoMayUse } from "../parts/state";
import { Samples, StartSandbox } from "./sandbox-start";

export default function Connections() {
  const { data, error } = useQuery(connections);
  const [search, setSearch] = useState("");
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return (data ?? []).filter((each) => {
      const org = orgOf(each);
      return [each.name, each.connector, each.method, org.name, org.url, whoMayUse(each)]
        .join(" ")
        .toLowerCase()
        .includes(wanted);
    });
  }, [data, search]);
  return (
    <>
      <div className="bar">
        <Title>Connections</Title>
        <span className="grow" />
        {data && data.length > 0 && (
          <input
            className="search"
            type="search"
            placeholder="Find a connection"
            aria-label="Find a connection"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        <Link href="/connections/new" className="button main">
          Add connection
        </Link>
      </div>
      {error && <ErrorNotice error={error} />}
      {!data && !error && (
        <div className="panel pad">
          <Skeleton lines={5} />
        </div>
      )}
      {data?.length === 0 && <FirstRun />}
      {data && data.length > 0 && (
        <div className="panel scroll">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">State</th>
                <th scope="col">Org</th>
                <th scope="col">Method</th>
                <th scope="col">Who may use it</th>
                <th scope="col">Last used</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((each) => (
                <Row key={each.id} connection={each} />
              ))}
            </tbody>
          </table>
          {shown.length === 0 && <p className="pad muted">No connection matches.</p>}
        </div>
      )}
      {data && data.length > 0 && !search && <MoreSamples />}
    </>
  );
}

function Row({ connection }: { connection: Connection }) {
  const [, go] = useLocation();
  const connector = useQuery(connectors).data?.find((each) => each.name === connection.connector);
  const org = orgOf(connection);
  const identity = connection.last_test?.identity ?? {};
  const href = `/connections/${encodeURIComponent(connection.name)}`;
  return (
    <tr className="link" onClick={(event) => (event.target as HTMLElement).closest("a,button") || go(href)}>
      <td>
        <Link href={href} className="name">
          {connection.name}
        </Link>
        <small className="row">
          <ConnectorIcon connector={connector} small />
          {connector?.title ?? connection.connector}
        </small>
      </td>
      <td>
        <StateTag connection={connection} />
        {connection.cause && connection.state !== "warnings" && <small>{connection.cause}</small>}
      </td>
      <td>
        {org.name || <span className="muted">Not known yet</span>}
        <small>{[org.kind, org.url.replace(/^https?:\/\//, "")].filter(Boolean).join(" · ")}</small>
      </td>
      <td>
        {methodTitle(connection.method)}
        {typeof identity.username === "string" && <small>{`acts as ${identity.username}`}</small>}
      </td>
      <td>{whoMayUse(connection)}</td>
      <td className="nowrap">
        {ago(connection.last_used ?? connection.last_test?.at)}
        {connection.calls_today > 0 && <small>{`${plural(connection.calls_today, "call")} today`}</small>}
      </td>
    </tr>
  );
}

export const methodTitle = (name: string) => {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** What is left of a running sandbox's samples. */
function MoreSamples() {
  const name = useQuery(session).data?.sandboxes[0] ?? "";
  const about = useQuery(sandbox(name)).data;
  const left =
    useQuery({ ...samples(name), enabled: about?.running === true }).data?.filter((each) => !each.exists) ?? [];
  if (!about?.running || left.length === 0) return null;
  return (
    <div style={{ marginTop: 24 }}>
      <Samples sandboxName={name} title={about.title} connector={about.connector} onlyNew />
    </div>
  );
}

function FirstRun() {
  const about = useQuery(session).data;
  const sandbox = about?.sandboxes[0];
  return (
    <div className="stack">
      {sandbox ? (
        <StartSandbox name={sandbox} />
      ) : (
        <Empty
          title="No connections yet"
          actions={
            <Link href="/connections/new" className="button main">
              Add connection
            </Link>
          }
        >
          A connection is a name, a way to sign in, and who may use it. Add one to run actions on it.
        </Empty>
      )}
    </div>
  );
}
