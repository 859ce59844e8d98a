/** Several values as chips. */

import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { Combobox, type Item } from "../../parts/combobox";
import { example, isObject, itemChoices, type } from "../schema";
import { JsonField } from "./code";
import { comboAttributes, contextOf, schemaOf } from "./field";
import { sourceOf, useDebounced, useOptions } from "./service-options";

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
