/** What a run gave: as a table of any length, as a tree, as JSON; and as a CSV file. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import type { Json, JsonObject } from "../api/types";
import { CopyButton, Segments } from "./basics";
import { number } from "./format";

const ROW = 32;
const SHOWN_TEXT = 200_000; // characters of JSON that are put into the page at once

type View = "table" | "tree" | "json";

export default function Result({ value, name }: { value: Json; name: string }) {
  const rows = useMemo(() => rowsOf(value), [value]);
  const [view, setView] = useState<View>(rows ? "table" : "tree");
  const views = [
    ...(rows ? [{ value: "table" as const, label: `Table · ${number(rows.length)}` }] : []),
    { value: "tree" as const, label: "Tree" },
    { value: "json" as const, label: "JSON" },
  ];
  return (
    <div className="stack tight">
      <div className="row">
        <Segments slim label="Show the result as" options={views} value={view} onChange={setView} />
        <span className="grow" />
        {rows && rows.length > 0 && (
          <button
            type="button"
            className="button slim"
            onClick={() => download(`${name}.csv`, "text/csv", toCsv(rows))}
          >
            Download CSV
          </button>
        )}
        <button
          type="button"
          className="button slim"
          onClick={() => download(`${name}.json`, "application/json", JSON.stringify(value, null, 2))}
        >
          Download JSON
        </button>
      </div>
      {view === "table" && rows && <Table rows={rows} />}
      {view === "tree" && <Tree value={value} />}
      {view === "json" && <JsonText value={value} />}
    </div>
  );
}

/** Find the rows in an output: the output itself, or its longest list of objects. */
function rowsOf(value: Json): JsonObject[] | null {
  const lists: Json[][] = Array.isArray(value)
    ? [value]
    : value && typeof value === "object"
      ? Object.values(value).filter(Array.isArray)
      : [];
  const rows = lists.filter(
    (list) =>
      list.length === 0 || list.every((each) => each !== null && typeof each === "object" && !Array.isArray(each)),
  );
  const longest = rows.sort((one, two) => two.length - one.length)[0];
  return longest ? (longest as JsonObject[]) : null;
}

/** Flatten what stands in a record: a parent's fields as `Account.Name`. */
function flat(row: JsonObject, prefix = "", depth = 0): Record<string, Json> {
  const cells: Record<string, Json> = {};
  for (const [key, value] of Object.entries(row)) {
    if (key === "attributes") continue;
    if (value !== null && typeof value === "object" && !Array.isArray(value) && depth < 2 && !("records" in value)) {
      Object.assign(cells, flat(value, `${prefix}${key}.`, depth + 1));
    } else cells[`${prefix}${key}`] = value;
  }
  return cells;
}

const textOf = (value: Json | undefined): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

function useColumns(rows: JsonObject[]) {
  return useMemo(() => {
    const cells = rows.map((row) => flat(row));
    const columns = new Map<string, number>();
    for (const row of cells)
      for (const [key, value] of Object.entries(row)) {
        columns.set(key, Math.max(columns.get(key) ?? key.length, Math.min(40, textOf(value).length)));
      }
    return { cells, columns: [...columns] };
  }, [rows]);
}

function Table({ rows }: { rows: JsonObject[] }) {
  const { cells, columns } = useColumns(rows);
  const [sort, setSort] = useState<{ column: string; down: boolean } | null>(null);
  const order = useMemo(() => {
    const indexes = cells.map((_, index) => index);
    if (!sort) return indexes;
    const compare = (one: Json | undefined, two: Json | undefined) =>
      typeof one === "number" && typeof two === "number" ? one - two : textOf(one).localeCompare(textOf(two));
    return indexes.sort(
      (one, two) => compare(cells[one]?.[sort.column], cells[two]?.[sort.column]) * (sort.down ? -1 : 1),
    );
  }, [cells, sort]);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: cells.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: ROW,
  });
  const template = columns.map(([, width]) => `minmax(${Math.max(7, width + 2)}ch, 1fr)`).join(" ");
  if (rows.length === 0) return <p className="muted">No rows.</p>;
  const height = Math.min(560, (cells.length + 1) * ROW + 18);
  return (
    <div
      className="grid"
      ref={scroller}
      role="table"
      aria-label="Result"
      aria-rowcount={cells.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a table of this size is scrolled by keyboard
      tabIndex={0}
      style={{ height }}
    >
      <div className="inner" style={{ height: lines.getTotalSize() + ROW }}>
        <div className="line header" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {columns.map(([column]) => (
            <div
              className="cell"
              role="columnheader"
              key={column}
              aria-sort={sort?.column === column ? (sort.down ? "descending" : "ascending") : "none"}
            >
              <button
                type="button"
                className="button quiet slim"
                style={{ padding: 0, minHeight: 0, fontWeight: 600 }}
                onClick={() =>
                  setSort((old) =>
                    old?.column === column ? (old.down ? null : { column, down: true }) : { column, down: false },
                  )
                }
              >
                {column}
                {sort?.column === column ? (sort.down ? " ↓" : " ↑") : ""}
              </button>
            </div>
          ))}
        </div>
        {lines.getVirtualItems().map((line) => {
          const row = cells[order[line.index] ?? 0];
          return (
            <div
              className="line"
              role="row"
              key={line.key}
              aria-rowindex={line.index + 2}
              style={{ gridTemplateColumns: template, transform: `translateY(${line.start}px)`, top: ROW }}
            >
              {columns.map(([column]) => {
                const text = textOf(row?.[column]);
                return (
                  <div className="cell" role="cell" key={column} title={text.length > 30 ? text : undefined}>
                    {text}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Tree({ value }: { value: Json }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard
    <div className="tree" tabIndex={0} role="group" aria-label="Result as a tree">
      <Node name="" value={value} open={2} />
    </div>
  );
}

const PAGE = 100;

function Node({ name, value, open }: { name: string; value: Json; open: number }) {
  const [shown, setShown] = useState(open > 0);
  const [count, setCount] = useState(PAGE);
  const label = name ? <span className="t-key">{`${name}: `}</span> : null;
  if (value === null || typeof value !== "object") {
    const className = typeof value === "string" ? "t-text" : typeof value === "number" ? "t-number" : "t-key";
    return (
      <div className="leaf">
        {label}
        <span className={className}>{typeof value === "string" ? JSON.stringify(value) : String(value)}</span>
      </div>
    );
  }
  const entries = Array.isArray(value)
    ? value.map((each, index) => [String(index), each] as const)
    : Object.entries(value);
  return (
    <details
      open={shown}
      onToggle={(event) => {
        event.stopPropagation();
        setShown(event.currentTarget.open);
      }}
    >
      <summary>
        {label}
        <span className="muted">
          {Array.isArray(value) ? `${number(entries.length)} items` : `${entries.length} fields`}
        </span>
      </summary>
      {shown &&
        entries
          .slice(0, count)
          .map(([key, each]) => <Node key={key} name={key} value={each} open={entries.length > 20 ? 0 : open - 1} />)}
      {shown && entries.length > count && (
        <button
          type="button"
          className="button slim"
          onClick={() => setCount(count + 1000)}
        >{`Show more of ${number(entries.length)}`}</button>
      )}
    </details>
  );
}

function JsonText({ value }: { value: Json }) {
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  const cut = text.length > SHOWN_TEXT;
  return (
    <div className="stack tight">
      {cut && (
        <span className="muted small">{`The first ${number(SHOWN_TEXT)} of ${number(text.length)} characters; the download has all.`}</span>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard */}
      <pre className="code-block" tabIndex={0}>
        {cut ? text.slice(0, SHOWN_TEXT) : text}
      </pre>
      <div className="row">
        <CopyButton text={text} className="button slim" />
      </div>
    </div>
  );
}

/** Write rows as CSV; a text that a spreadsheet would run as a formula is made harmless. */
function toCsv(rows: JsonObject[]): string {
  const cells = rows.map((row) => flat(row));
  const columns = [...new Set(cells.flatMap((row) => Object.keys(row)))];
  const quote = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [
    columns.map(quote).join(","),
    ...cells.map((row) => columns.map((column) => quote(textOf(row[column]))).join(",")),
  ].join("\r\n");
}

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
