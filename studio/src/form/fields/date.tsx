/** Fields of dates and points in time. */

import type { FieldProps } from "@rjsf/utils";
import { attributes, change } from "./field";

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
