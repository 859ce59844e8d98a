/** Fields that are written as code: an engine's expression, SOQL, JSON. */

import type { FieldProps } from "@rjsf/utils";
import { useEffect, useState } from "react";
import { Editor } from "../../parts/editor";
import { example } from "../schema";
import { attributes, change, labelOf, schemaOf } from "./field";

export function ExpressionField(props: FieldProps) {
  return (
    <div className="expression">
      <input
        {...attributes(props)}
        type="text"
        spellCheck={false}
        placeholder="{{ step.field }}"
        value={typeof props.formData === "string" ? props.formData : ""}
        onChange={(event) => change(props, event.target.value || undefined)}
      />
    </div>
  );
}

export function SoqlField(props: FieldProps) {
  const id = props.fieldPathId.$id;
  return (
    <Editor
      id={id}
      label={labelOf(props)}
      language="soql"
      value={typeof props.formData === "string" ? props.formData : ""}
      placeholder={example(schemaOf(props))}
      invalid={Boolean(props.rawErrors?.length)}
      describedBy={`${id}__hint ${id}__error`}
      onChange={(value) => change(props, value || undefined)}
    />
  );
}

/** Any value, as JSON: for what has no control of its own. */
export function JsonField(props: FieldProps) {
  const id = props.fieldPathId.$id;
  const [text, setText] = useState(() => shown(props.formData));
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    setText((old) => (same(old, props.formData) ? old : shown(props.formData)));
  }, [props.formData]);
  return (
    <>
      <Editor
        id={id}
        label={labelOf(props)}
        language="json"
        value={text}
        placeholder={example(schemaOf(props))}
        invalid={Boolean(wrong) || Boolean(props.rawErrors?.length)}
        describedBy={`${id}__json ${id}__hint ${id}__error`}
        onChange={(value) => {
          setText(value);
          try {
            const parsed: unknown = value.trim() ? JSON.parse(value) : undefined;
            setWrong("");
            change(props, parsed);
          } catch (error) {
            setWrong(error instanceof Error ? error.message : "Not JSON.");
          }
        }}
      />
      {wrong && (
        <span className="error" id={`${id}__json`} role="status">
          {wrong}
        </span>
      )}
    </>
  );
}

const shown = (value: unknown) => (value === undefined ? "" : JSON.stringify(value, null, 2));

function same(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(text.trim() ? JSON.parse(text) : undefined) === JSON.stringify(value);
  } catch {
    return true; // somebody is in the middle of typing
  }
}
