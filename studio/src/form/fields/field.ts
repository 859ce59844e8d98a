/** What every control reads of its field, and how it changes the value. */

import type { FieldProps } from "@rjsf/utils";
import type { Schema } from "../../api/types";
import type { FormContext } from "../context";

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

export const change = (props: FieldProps, value: unknown) => props.onChange(value as never, props.fieldPathId.path);

export const labelOf = (props: FieldProps): string => String(schemaOf(props).title ?? props.name);

export function comboAttributes(props: FieldProps) {
  const id = props.fieldPathId.$id;
  return {
    id,
    label: labelOf(props),
    invalid: Boolean(props.rawErrors?.length),
    describedBy: `${id}__hint ${id}__error`,
  };
}
