/** Fields of one value: text, number, date, choice, secret. */

import type { FieldProps } from "@rjsf/utils";
import { useEffect, useState } from "react";
import { Combobox } from "../../parts/combobox";
import { Editor } from "../../parts/editor";
import type { Schema } from "../../api/types";
import type { FormContext } from "../context";
import { choices, example, type, types } from "../schema";

export const contextOf = (props: FieldProps): FormContext => props.registry.formContext as FormContext;
export const schemaOf = (props: FieldProps): Schema => props.schema as unknown as Schema;

/** What every control of a field has: its id, its errors, its name for screen readers. */
export function attributes(props: FieldProps) {
  const id = props.fieldPathId.$id;
  const wrong = Boolean(props.rawErrors?.length);
  return {
    id,
    "aria-invalid": wrong || undefined,
    "aria-required": props.required || undefined,
    "aria-describedby": `${id}__hint ${id}__error`,
  };
}

const change = (props: FieldProps, value: unknown) => props.onChange(value as never, props.fieldPathId.path);

export const labelOf = (props: FieldProps): string => String(schemaOf(props).title ?? props.name);

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

export function DateField(props: FieldProps) {
  const value = typeof props.formData === "string" ? props.formData : "";
  const valid = value === "" || /^\d{4}-\d{2}-\d{2}$/.test(value);
  return (
    <input
      {...attributes(props)}
      type={valid ? "date" : "text"}
      value={value}
      onChange={(event) => change(props, event.target.value || undefined)}
    />
  );
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A point in time, entered in this machine's zone and kept with its offset. */
export function DateTimeField(props: FieldProps) {
  const value = typeof props.formData === "string" ? props.formData : "";
  const date = new Date(value);
  const valid = value === "" || !Number.isNaN(date.getTime());
  const id = props.fieldPathId.$id;
  return (
    <>
      <input
        {...attributes(props)}
        aria-describedby={`${id}__zone ${id}__hint ${id}__error`}
        type={valid ? "datetime-local" : "text"}
        step={1}
        value={valid && value ? localText(date) : value}
        onChange={(event) => {
          const local = event.target.value;
          change(props, local ? withOffset(new Date(local), local) : undefined);
        }}
      />
      <span className="hint" id={`${id}__zone`}>
        {valid && value ? `${ZONE}; sent as ${value}` : `In ${ZONE}.`}
      </span>
    </>
  );
}

const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");

function localText(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function withOffset(date: Date, typed: string): string {
  if (Number.isNaN(date.getTime())) return typed;
  const offset = -date.getTimezoneOffset();
  if (offset === 0) return `${localText(date)}Z`;
  return `${localText(date)}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

/** A closed list: a select for a few, a searchable list for many. */
export function ChoiceField(props: FieldProps) {
  const schema = schemaOf(props);
  const options = choices(schema, contextOf(props).root) ?? [];
  const index = options.findIndex((each) => each.value === props.formData);
  if (options.length > 12) {
    return (
      <Combobox
        {...comboAttributes(props)}
        local
        items={options.map((each) => ({ value: each.value, label: each.label, detail: String(each.value) }))}
        text={
          index >= 0
            ? (options[index]?.label ?? "")
            : props.formData === undefined || props.formData === null
              ? ""
              : String(props.formData)
        }
        placeholder={example(schema) || "Search"}
        onChoose={(item) => change(props, item?.value)}
      />
    );
  }
  const unknown = props.formData !== undefined && props.formData !== null && index < 0;
  const fallback = options.find((each) => each.value === schema.default);
  return (
    <select
      {...attributes(props)}
      value={unknown ? "unknown" : index < 0 ? "" : String(index)}
      onChange={(event) =>
        change(props, event.target.value === "" ? undefined : options[Number(event.target.value)]?.value)
      }
    >
      <option value="">{fallback ? `${fallback.label} (default)` : props.required ? "Choose" : "—"}</option>
      {unknown && <option value="unknown">{String(props.formData)} (not a choice)</option>}
      {options.map((each, position) => (
        <option key={String(each.value)} value={position}>
          {each.label}
        </option>
      ))}
    </select>
  );
}

export function comboAttributes(props: FieldProps) {
  const id = props.fieldPathId.$id;
  return {
    id,
    label: labelOf(props),
    invalid: Boolean(props.rawErrors?.length),
    describedBy: `${id}__hint ${id}__error`,
  };
}

/** Is leaving a boolean out the same as one of its values? */
export const isCheckbox = (schema: Schema, required: boolean) =>
  type(schema) === "boolean" && (typeof schema.default === "boolean" || (required && !types(schema).includes("null")));

/** Yes or no; with a third state where leaving it out means something else. */
export function BooleanChoiceField(props: FieldProps) {
  const schema = schemaOf(props);
  if (isCheckbox(schema, Boolean(props.required))) {
    const checked = (props.formData ?? schema.default ?? false) === true;
    return (
      <span className="check">
        <input
          {...attributes(props)}
          type="checkbox"
          checked={checked}
          onChange={(event) => change(props, event.target.checked)}
        />
        <label htmlFor={props.fieldPathId.$id}>{labelOf(props)}</label>
      </span>
    );
  }
  return (
    <select
      {...attributes(props)}
      value={props.formData === true ? "true" : props.formData === false ? "false" : ""}
      onChange={(event) => change(props, event.target.value === "" ? undefined : event.target.value === "true")}
    >
      <option value="">
        {typeof schema.default === "boolean" ? `${schema.default ? "Yes" : "No"} (default)` : "—"}
      </option>
      <option value="true">Yes</option>
      <option value="false">No</option>
    </select>
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
