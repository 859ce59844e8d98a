/** Fields of text, secrets and numbers. */

import type { FieldProps } from "@rjsf/utils";
import { useEffect, useState } from "react";
import { example, type } from "../schema";
import { attributes, change, contextOf, schemaOf } from "./field";

export function TextField(props: FieldProps) {
  const schema = schemaOf(props);
  const hint = contextOf(props).hints[props.name];
  const secret = Boolean(schema["x-secret"]) || schema.format === "password";
  return (
    <input
      {...attributes(props)}
      type={secret ? "password" : "text"}
      autoComplete={secret ? "new-password" : "off"}
      spellCheck={false}
      placeholder={hint ?? example(schema)}
      value={props.formData === undefined || props.formData === null ? "" : String(props.formData)}
      onChange={(event) => change(props, event.target.value === "" ? undefined : event.target.value)}
    />
  );
}

export function MultilineField(props: FieldProps) {
  const schema = schemaOf(props);
  return (
    <textarea
      {...attributes(props)}
      rows={4}
      spellCheck={!schema["x-secret"]}
      placeholder={contextOf(props).hints[props.name] ?? example(schema)}
      value={props.formData === undefined || props.formData === null ? "" : String(props.formData)}
      onChange={(event) => change(props, event.target.value === "" ? undefined : event.target.value)}
    />
  );
}

export function NumberField(props: FieldProps) {
  const schema = schemaOf(props);
  const [text, setText] = useState(props.formData === undefined ? "" : String(props.formData));
  useEffect(() => {
    const value = props.formData === undefined || props.formData === null ? "" : String(props.formData);
    setText((old) => (parse(old) === (props.formData as unknown) ? old : value));
  }, [props.formData]);
  return (
    <input
      {...attributes(props)}
      type="text"
      inputMode={type(schema) === "integer" ? "numeric" : "decimal"}
      autoComplete="off"
      placeholder={example(schema)}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        change(props, parse(event.target.value));
      }}
    />
  );
}

function parse(text: string): unknown {
  const trimmed = text.trim();
  if (!trimmed) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) && /^[-+.\deE]+$/.test(trimmed) ? value : trimmed;
}
