/** Add a connection: choose the connector, then fill in its form. */

import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { connection as connectionQuery, connectors, manifest } from "../api/queries";
import { ConnectorIcon, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { ConnectionForm } from "../parts/connection-form";

export default function AddConnection({ connector }: { connector?: string | undefined }) {
  const all = useQuery(connectors).data;
  if (!all) return <Skeleton />;
  const working = all.filter((each) => each.status === "ok");
  if (connector) return <LoadedForm key={connector} connector={connector} />;
  const only = working.length === 1 ? working[0] : undefined;
  if (only) return <LoadedForm connector={only.name} />;
  return (
    <>
      <div className="bar">
        <Title>Add a connection</Title>
      </div>
      <p className="muted">Which service?</p>
      <div className="cards" style={{ marginTop: 16 }}>
        {working.map((each) => (
          <Link key={each.name} href={`/connections/new/${each.name}`} className="panel pad card">
            <span className="row">
              <ConnectorIcon connector={each} />
              <b>{each.title}</b>
            </span>
            <p className="muted">{each.description}</p>
          </Link>
        ))}
      </div>
      {working.length === 0 && (
        <Empty title="No connector works">
          Install one, or see under Connectors why those that are installed do not load.
        </Empty>
      )}
    </>
  );
}

function LoadedForm({ connector }: { connector: string }) {
  const { data, error } = useQuery(manifest(connector));
  const [query] = useSearchParams();
  const from = query.get("from") ?? "";
  const source = useQuery(connectionQuery(from)).data;
  if (error) return <ErrorNotice error={error} />;
  if (!data || (from && !source)) return <Skeleton lines={8} />;
  return <ConnectionForm connector={connector} title={data.title} methods={data.methods} source={source} />;
}
