/** What a run is about to do, to be confirmed before it is sent. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, path } from "../api/client";
import type { ActionEntry, Connection, Json, JsonObject, RunResult, Schema } from "../api/types";
import { isObject, properties, resolve } from "../form/schema";
import { Dialog, ErrorNotice, Skeleton } from "../parts/basics";
import { plural } from "../parts/format";
import { orgOf } from "../parts/state";

export function Confirm({
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
