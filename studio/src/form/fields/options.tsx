/** Fields whose choices the service gives: searched there, page by page. */

import type { FieldProps } from "@rjsf/utils";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Combobox, type Item } from "../../parts/combobox";
import { Problem } from "../../api/client";
import type { Option } from "../../api/types";
import type { FormContext } from "../context";
import { example, isObject, itemChoices, type } from "../schema";
import { valueAt } from "../validation";
import { comboAttributes, contextOf, JsonField, schemaOf, TextField } from "./scalar";

interface Source {
  source: string;
  depends_on?: string[];
  /** Those of `depends_on` that only narrow the choices. */
  optional?: string[];
  inputs?: Record<string, unknown>;
}

function sourceOf(schema: Record<string, unknown>): Source | null {
  const options = schema["x-dynamic-options"];
  return isObject(options) && typeof options.source === "string" ? (options as unknown as Source) : null;
}

/** Give what options depend on: the nearest enclosing object that has it, then the root. */
function inputsFor(source: Source, context: FormContext, path: readonly (string | number)[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = { ...context.data, ...source.inputs };
  for (const name of source.depends_on ?? []) {
    for (let depth = path.length - 1; depth > 0; depth--) {
      const around = valueAt(context.data, path.slice(0, depth) as (string | number)[]);
      if (isObject(around) && around[name] !== undefined) {
        inputs[name] = around[name];
        break;
      }
    }
  }
  return inputs;
}

function useOptions(
  source: Source,
  context: FormContext,
  path: readonly (string | number)[],
  open: boolean,
  search: string,
) {
  const inputs = inputsFor(source, context, path);
  const relevant = (source.depends_on ?? []).map((name) => inputs[name]);
  const needed = (source.depends_on ?? []).filter((name) => !source.optional?.includes(name));
  const missing = needed.filter((name) => inputs[name] === undefined || inputs[name] === "");
  const query = useInfiniteQuery({
    queryKey: ["options", context.optionsKey, source.source, relevant, source.inputs, search],
    queryFn: ({ pageParam }) => {
      if (!context.options) throw new Error("Choose a connection to see the choices.");
      return context.options(source.source, inputs, search, pageParam);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
    enabled: open && context.options !== null && missing.length === 0,
    staleTime: 300_000,
    gcTime: 1_800_000,
    placeholderData: (previous) => previous,
  });
  const items = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.options).map(itemOf), [query.data]);
  const note = !context.options
    ? "Choose a connection to see the choices."
    : missing.length
      ? `Choose ${missing.join(" and ")} first.`
      : query.error
        ? query.error instanceof Problem
          ? query.error.message
          : String(query.error)
        : undefined;
  return { query, items, note };
}

const itemOf = (option: Option): Item => ({
  value: option.value,
  label: option.label,
  detail: typeof option.value === "string" ? option.value : "",
});

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value ? 180 : 0);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** One value, chosen from the service's list; any other may be typed. */
export function OptionsField(props: FieldProps) {
  const context = contextOf(props);
  const schema = schemaOf(props);
  const source = sourceOf(schema);
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Item | null>(null);
  const { query, items, note } = useOptions(
    source ?? { source: "" },
    context,
    props.fieldPathId.path,
    open,
    useDebounced(search),
  );
  if (!source) return <TextField {...props} />;
  const value = props.formData as unknown;
  const known = chosen?.value === value ? chosen : items.find((item) => item.value === value);
  const text =
    value === undefined || value === null ? "" : known && known.label !== value ? `${known.label}` : String(value);
  const parse = (typed: string): unknown =>
    (type(schema) === "integer" || type(schema) === "number") && typed.trim() !== "" && !Number.isNaN(Number(typed))
      ? Number(typed)
      : typed;
  return (
    <Combobox
      {...comboAttributes(props)}
      free
      items={items}
      text={text}
      placeholder={example(schema)}
      loading={query.isFetching}
      note={note}
      onOpen={() => setOpen(true)}
      onSearch={setSearch}
      onMore={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
      onText={(typed) => {
        setChosen(null);
        props.onChange((typed === "" ? undefined : parse(typed)) as never, props.fieldPathId.path);
      }}
      onChoose={(item) => {
        setChosen(item);
        props.onChange(item?.value as never, props.fieldPathId.path);
      }}
    />
  );
}

/** Several values as chips: typed, or chosen from a list. */
export function TagsField(props: FieldProps) {
  const context = contextOf(props);
  const schema = schemaOf(props);
  const itemSchema = isObject(schema.items) ? (schema.items as Record<string, unknown>) : {};
  const source = sourceOf(schema) ?? sourceOf(itemSchema);
  const local = itemChoices(schema, context.root);
  const joined = type(schema) === "string";
  const values: unknown[] = joined
    ? typeof props.formData === "string" && props.formData
      ? props.formData.split(";")
      : []
    : Array.isArray(props.formData)
      ? props.formData
      : [];
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [round, setRound] = useState(0);
  const [typed, setTyped] = useState("");
  const { query, items, note } = useOptions(
    source ?? { source: "" },
    context,
    props.fieldPathId.path,
    open && source !== null,
    useDebounced(search),
  );
  if (!joined && props.formData !== undefined && !Array.isArray(props.formData)) return <JsonField {...props} />;

  const set = (next: unknown[]) => {
    const value = joined ? next.join(";") : next;
    props.onChange((next.length ? value : undefined) as never, props.fieldPathId.path);
  };
  const convert = (text: string): unknown => {
    const kind = type(itemSchema);
    return kind === "integer" || kind === "number" ? (Number.isNaN(Number(text)) ? text : Number(text)) : text;
  };
  const add = (value: unknown) => {
    if (value !== "" && value !== undefined && !values.includes(value)) set([...values, value]);
    setTyped("");
    setRound(round + 1);
  };
  const list: Item[] | null = source
    ? items
    : local
      ? local.map((each) => ({ value: each.value, label: each.label }))
      : null;
  const labels = new Map((list ?? []).map((item) => [item.value, item.label]));
  return (
    <div className="stack tight">
      {values.length > 0 && (
        <div className="tags">
          {values.map((value, index) => (
            <span className="chip" key={String(value)}>
              {labels.get(value) ?? String(value)}
              <button
                type="button"
                aria-label={`Remove ${String(value)}`}
                onClick={() => set(values.filter((_, other) => other !== index))}
              >
                ×
              </button>
            </span>
          ))}
        </div>
      )}
      {list ? (
        <Combobox
          key={round}
          {...comboAttributes(props)}
          free={source !== null}
          local={source === null}
          items={list.filter((item) => !values.includes(item.value))}
          text=""
          placeholder={values.length ? "Add another" : example(schema)}
          loading={query.isFetching}
          note={source ? note : undefined}
          autoFocus={round > 0}
          onOpen={() => setOpen(true)}
          onSearch={setSearch}
          onMore={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
          onText={(text) => add(convert(text))}
          onChoose={(item) => item && add(item.value)}
        />
      ) : (
        <input
          id={props.fieldPathId.$id}
          type="text"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={Boolean(props.rawErrors?.length) || undefined}
          placeholder={values.length ? "Add another" : example(schema) || "Enter adds one"}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => typed.trim() && add(convert(typed.trim()))}
          onPaste={(event) => {
            const pasted = event.clipboardData
              .getData("text")
              .split(/[\n,;]+/)
              .map((each) => each.trim())
              .filter(Boolean);
            if (pasted.length < 2) return;
            event.preventDefault();
            set([...new Set([...values, ...pasted.map(convert)])]);
          }}
          onKeyDown={(event) => {
            if ((event.key === "Enter" || event.key === ",") && typed.trim()) {
              event.preventDefault();
              add(convert(typed.trim()));
            } else if (event.key === "Backspace" && !typed && values.length) set(values.slice(0, -1));
          }}
        />
      )}
    </div>
  );
}

/** Pairs of names and values. */
export function KeyValueField(props: FieldProps) {
  const value = isObject(props.formData) ? (props.formData as Record<string, unknown>) : {};
  const entries = Object.entries(value);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  if (entries.some(([, each]) => typeof each === "object" && each !== null)) return <JsonField {...props} />;
  const set = (next: [string, unknown][]) =>
    props.onChange((next.length ? Object.fromEntries(next) : undefined) as never, props.fieldPathId.path);
  const read = (typed: string): unknown => {
    if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(typed)) return JSON.parse(typed);
    return typed;
  };
  const add = () => {
    if (!name.trim()) return;
    set([...entries, [name.trim(), read(text)]]);
    setName("");
    setText("");
  };
  const label = String(schemaOf(props).title ?? props.name);
  return (
    <div className="stack tight">
      {entries.map(([key, each], index) => (
        <div className="key-value" key={key}>
          <input
            type="text"
            aria-label={`${label}: name ${index + 1}`}
            defaultValue={key}
            onBlur={(event) => {
              if (event.target.value !== key)
                set(entries.map((entry, other) => (other === index ? [event.target.value, entry[1]] : entry)));
            }}
          />
          <input
            type="text"
            aria-label={`${label}: ${key}`}
            value={each === null ? "null" : String(each)}
            onChange={(event) =>
              set(entries.map((entry, other) => (other === index ? [entry[0], read(event.target.value)] : entry)))
            }
          />
          <button
            type="button"
            className="button quiet icon"
            aria-label={`Remove ${key}`}
            onClick={() => set(entries.filter((_, other) => other !== index))}
          >
            ×
          </button>
        </div>
      ))}
      <div className="key-value">
        <input
          type="text"
          id={props.fieldPathId.$id}
          placeholder="Name"
          aria-label={`${label}: new name`}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <input
          type="text"
          placeholder="Value"
          aria-label={`${label}: new value`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <button type="button" className="button slim" onClick={add} disabled={!name.trim()}>
          Add
        </button>
      </div>
    </div>
  );
}

/** A file's content, read here and sent as base64. */
export function FileField(props: FieldProps) {
  const [name, setName] = useState("");
  const value = typeof props.formData === "string" ? props.formData : "";
  return (
    <div className="stack tight">
      <input
        id={props.fieldPathId.$id}
        type="file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (!file) return;
          const reader = new FileReader();
          reader.onload = () => {
            setName(`${file.name}, ${file.size.toLocaleString()} bytes`);
            props.onChange(String(reader.result).replace(/^[^,]*,/, "") as never, props.fieldPathId.path);
          };
          reader.readAsDataURL(file);
        }}
      />
      {value && <span className="hint">{name || `${Math.round((value.length * 3) / 4).toLocaleString()} bytes`}</span>}
    </div>
  );
}
