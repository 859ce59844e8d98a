/** A text with proposals that need not be taken. */

import type { FieldProps } from "@rjsf/utils";
import type { Schema } from "../../api/types";
import { Combobox } from "../../parts/combobox";
import type { FormContext } from "../context";
import { branchesOf } from "./union";
import { isObject } from "../schema";

/** Give the values that a schema proposes: constants among its forms, else its examples. */
function suggestions(schema: Schema, root: Schema): { value: unknown; label: string }[] {
  const titles = isObject(schema["x-enum-titles"]) ? (schema["x-enum-titles"] as Record<string, string>) : {};
  const constants = branchesOf(schema, root)
    .filter((branch) => branch.constant)
    .map((branch) => ({ value: branch.schema.const, label: branch.label }));
  const examples = (Array.isArray(schema.examples) ? schema.examples : []).map((value) => ({
    value,
    label: titles[String(value)] ?? String(value),
  }));
  return constants.length ? constants : examples;
}

/** Say what holds when nothing is chosen. */
function defaultOf(schema: Schema, items: { value: unknown; label: string }[]): string {
  if (schema.default === undefined || schema.default === null) return "";
  return `${items.find((each) => each.value === schema.default)?.label ?? String(schema.default)} (default)`;
}

/** A text with proposals that need not be taken: an unrestricted picklist. */
export function SuggestedField(props: FieldProps) {
  const schema = props.schema as unknown as Schema;
  const root = (props.registry.formContext as FormContext).root;
  const items = suggestions(schema, root);
  const id = props.fieldPathId.$id;
  const given = props.formData === undefined || props.formData === null ? "" : String(props.formData);
  const text = items.find((each) => each.value === props.formData)?.label ?? given;
  const set = (value: unknown) => props.onChange((value === "" ? undefined : value) as never, props.fieldPathId.path);
  return (
    <Combobox
      id={id}
      label={String(schema.title ?? props.name)}
      free
      local
      items={items}
      text={text}
      invalid={Boolean(props.rawErrors?.length)}
      describedBy={`${id}__hint ${id}__error`}
      placeholder={defaultOf(schema, items)}
      onText={set}
      onChoose={(item) => set(item?.value)}
    />
  );
}
