/** All actions of a connector by group, and the one that is chosen at work. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { allowedActions, connections, connectors, manifest } from "../api/queries";
import type { Part } from "../api/types";
import { Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import ActionWork from "./action-work";

export default function Actions({
  connector,
  action,
}: {
  connector?: string | undefined;
  action?: string | undefined;
}) {
  const working = useQuery(connectors).data?.filter((each) => each.status === "ok");
  const stored = useQuery(connections).data;
  const [query, setQuery] = useSearchParams();
  const [, go] = useLocation();
  const wanted = query.get("connection") ?? "";
  const connection =
    stored?.find((each) => each.name === wanted) ?? stored?.find((each) => !connector || each.connector === connector);
  const name = connector ?? connection?.connector ?? working?.[0]?.name ?? "";
  const { data, error } = useQuery(manifest(name));
  if (error) return <ErrorNotice error={error} />;
  if (!working || !stored || !data) return <Skeleton lines={8} />;
  const usable = stored.filter((each) => each.connector === name);
  const chosen =
    usable.find((each) => each.name === wanted) ??
    usable.find((each) => each.state === "works" || each.state === "warnings") ??
    usable[0];
  const search = chosen ? `?connection=${encodeURIComponent(chosen.name)}` : "";
  return (
    <div className="catalog">
      <Catalog
        parts={data.action_list}
        connection={chosen?.name ?? ""}
        active={action ?? ""}
        href={(each) => `/actions/${name}/${each}${search}`}
      >
        {working.length > 1 && (
          <select
            aria-label="Connector"
            value={name}
            onChange={(event) => go(`/actions/${event.target.value}`)}
            style={{ marginBottom: 8 }}
          >
            {working.map((each) => (
              <option key={each.name} value={each.name}>
                {each.title}
              </option>
            ))}
          </select>
        )}
      </Catalog>
      <div>
        {action ? (
          <ActionWork
            key={`${name} ${action}`}
            connector={name}
            action={action}
            connection={chosen}
            connections={usable}
            onConnection={(next) => setQuery({ connection: next })}
          />
        ) : (
          <>
            <div className="bar">
              <Title>Actions</Title>
            </div>
            {usable.length === 0 ? (
              <Empty
                title="No connection to run actions on"
                actions={
                  <Link href={`/connections/new/${name}`} className="button main">
                    Add connection
                  </Link>
                }
              >
                Every action can be looked at without one. To run one, or to choose among your own objects and fields,
                add a connection.
              </Empty>
            ) : (
              <Empty title="Choose an action">{`${data.actions} actions of ${data.title}. Type a few letters of what it should do in the search on the left.`}</Empty>
            )}
          </>
        )}
      </div>
    </div>
  );
}

/** A searchable list of parts by group; Enter opens the first that matches. */
export function Catalog({
  parts,
  connection,
  active,
  href,
  children,
  noun = "action",
}: {
  parts: Part[];
  connection: string;
  active: string;
  href: (name: string) => string;
  children?: React.ReactNode;
  noun?: string;
}) {
  const [search, setSearch] = useState("");
  const [, go] = useLocation();
  const list = useRef<HTMLElement>(null);
  const allowed = useQuery({ ...allowedActions(connection), enabled: connection !== "" && noun === "action" }).data;
  const groups = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = new Map<string, Part[]>();
    for (const part of parts) {
      if (part.deprecated && part.name !== active && !words.length) continue;
      const text = `${part.title} ${part.name} ${part.description} ${part.category}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      const group = part.category || "Other";
      found.set(group, [...(found.get(group) ?? []), part]);
    }
    return [...found];
  }, [parts, search, active]);
  const first = groups[0]?.[1][0];
  return (
    <nav aria-label={noun === "action" ? "Actions" : "Triggers"} ref={list}>
      {children}
      <input
        type="search"
        placeholder={`Find ${noun === "action" ? "an action" : "a trigger"}`}
        aria-label={`Find ${noun === "action" ? "an action" : "a trigger"}`}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && first) go(href(first.name));
          if (event.key === "ArrowDown") {
            event.preventDefault();
            list.current?.querySelector<HTMLElement>("a")?.focus();
          }
        }}
      />
      {groups.map(([group, members]) => (
        <div key={group}>
          <div className="group">{group}</div>
          {members.map((part) => (
            <Link
              key={part.name}
              href={href(part.name)}
              aria-current={part.name === active ? "page" : undefined}
              title={part.description}
              className={allowed && !allowed.includes(part.name) ? "muted" : ""}
            >
              {part.title}
              {part.deprecated && <small className="muted"> (deprecated)</small>}
            </Link>
          ))}
        </div>
      ))}
      {groups.length === 0 && <p className="muted" style={{ padding: 8 }}>{`No ${noun} matches.`}</p>}
    </nav>
  );
}
