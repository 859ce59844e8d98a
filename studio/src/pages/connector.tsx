/** One connector: what its manifest says. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { connections, manifest } from "../api/queries";
import type { Part } from "../api/types";
import { ConnectorIcon, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { plural } from "../parts/format";

export default function ConnectorPage({ name }: { name: string }) {
  const { data, error } = useQuery(manifest(name));
  const stored = useQuery(connections).data?.filter((each) => each.connector === name) ?? [];
  if (error)
    return (
      <ErrorNotice error={error}>
        <p>
          <Link href="/connectors">All connectors</Link>
        </p>
      </ErrorNotice>
    );
  if (!data) return <Skeleton lines={8} />;
  return (
    <>
      <Link href="/connectors" className="crumb">
        Connectors
      </Link>
      <div className="bar">
        <ConnectorIcon connector={data} />
        <Title>{data.title}</Title>
        <span className="muted">{data.version}</span>
        <span className="grow" />
        {data.homepage && (
          <a className="button" href={data.homepage} target="_blank" rel="noreferrer noopener">
            Homepage
          </a>
        )}
        <Link href={`/connections/new/${name}`} className="button main">
          Add connection
        </Link>
      </div>
      <div className="stack">
        <p className="muted">{data.description}</p>
        <span className="row">
          {data.categories.map((each) => (
            <span key={each} className="tag none">
              {each}
            </span>
          ))}
          <small className="muted">{data.distribution}</small>
        </span>
        <section className="panel" aria-label="Auth methods">
          <div className="head">
            <h2>Auth methods</h2>
          </div>
          <table className="list">
            <tbody>
              {data.methods.map((each) => (
                <tr key={each.name}>
                  <td>
                    <b>{each.title}</b>
                    <small>{each.description}</small>
                  </td>
                  <td className="nowrap">{each.interactive ? "A person signs in" : "No person"}</td>
                  <td className="mono">{each.type}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        {stored.length > 0 && (
          <section className="panel pad" aria-label="Connections">
            <h2>{plural(stored.length, "connection")}</h2>
            <span className="row" style={{ marginTop: 8 }}>
              {stored.map((each) => (
                <Link key={each.id} href={`/connections/${encodeURIComponent(each.name)}`}>
                  {each.name}
                </Link>
              ))}
            </span>
          </section>
        )}
        <Parts title="Actions" parts={data.action_list} href={(each) => `/actions/${name}/${each}`} />
        <Parts title="Triggers" parts={data.trigger_list} href={(each) => `/triggers/${name}/${each}`} />
      </div>
    </>
  );
}

function Parts({ title, parts, href }: { title: string; parts: Part[]; href: (name: string) => string }) {
  if (parts.length === 0) return null;
  return (
    <section className="panel scroll" aria-label={title}>
      <div className="head">
        <h2>{title}</h2>
        <span className="muted">{parts.length}</span>
      </div>
      <table className="list">
        <tbody>
          {parts.map((each) => (
            <tr key={each.name}>
              <td>
                <Link href={href(each.name)} className="name">
                  {each.title}
                </Link>
                <small>{each.description}</small>
              </td>
              <td className="nowrap muted">{each.category}</td>
              <td className="nowrap">
                {each.annotations.readOnlyHint === false ? (
                  <span className="tag warn">
                    {each.annotations.destructiveHint ? "may delete or overwrite" : "writes"}
                  </span>
                ) : each.annotations.readOnlyHint ? (
                  <span className="tag none">reads</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
