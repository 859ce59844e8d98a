/** Fields whose values the schema lists: choices, and yes or no. */

import type { FieldProps } from "@rjsf/utils";
import type { Schema } from "../../api/types";
import { Combobox } from "../../parts/combobox";
import { choices, example, type, types } from "../schema";
import { attributes, change, comboAttributes, contextOf, labelOf, schemaOf } from "./field";

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
