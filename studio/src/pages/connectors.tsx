/** The catalogue of connectors; those that do not load, with the cause. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { connectors } from "../api/queries";
import { ConnectorIcon, Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { plural } from "../parts/format";

export default function Connectors() {
  const { data, error } = useQuery(connectors);
  const [search, setSearch] = useState("");
  const shown = data?.filter((each) =>
    `${each.title} ${each.name} ${each.description} ${each.categories.join(" ")}`
      .toLowerCase()
      .includes(search.trim().toLowerCase()),
  );
  return (
    <>
      <div className="bar">
        <Title>Connectors</Title>
        <span className="grow" />
        <input
          className="search"
          type="search"
          placeholder="Find a connector"
          aria-label="Find a connector"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {error && <ErrorNotice error={error} />}
      {!data && !error && (
        <div className="cards">
          <div className="panel pad">
            <Skeleton />
          </div>
          <div className="panel pad">
            <Skeleton />
          </div>
        </div>
      )}
      {data?.length === 0 && (
        <Empty title="No connectors are installed">
          Install one with pip; it is found by its entry point, and this page shows it after a restart.
        </Empty>
      )}
      <div className="cards">
        {shown?.map((each) =>
          each.status === "ok" ? (
            <Link
              key={`${each.name} ${each.distribution}`}
              href={`/connectors/${each.name}`}
              className="panel pad card stack tight"
            >
              <span className="row nowrap">
                <ConnectorIcon connector={each} />
                <h2 className="grow">{each.title}</h2>
                <small className="muted">{each.version}</small>
              </span>
              <p className="muted">{each.description}</p>
              <span className="row">
                <span className="tag none">{plural(each.auth_methods, "auth method")}</span>
                <span className="tag none">{plural(each.actions, "action")}</span>
                <span className="tag none">{plural(each.triggers, "trigger")}</span>
              </span>
            </Link>
          ) : (
            <section
              key={`${each.name} ${each.distribution}`}
              className="panel pad stack tight"
              aria-label={`${each.name}, broken`}
            >
              <span className="row nowrap">
                <h2 className="grow">{each.name}</h2>
                <span className="tag bad">Does not load</span>
              </span>
              <small className="muted">{each.distribution}</small>
              <p className="notice bad">{each.cause}</p>
            </section>
          ),
        )}
      </div>
      {data && data.length > 0 && shown?.length === 0 && <Empty title="No connector matches">Try fewer letters.</Empty>}
    </>
  );
}
