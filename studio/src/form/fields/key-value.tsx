/** An object whose names are free: pairs of a name and a value. */

import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { isObject } from "../schema";
import { JsonField } from "./code";
import { schemaOf } from "./field";

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
