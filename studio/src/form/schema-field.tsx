/** Chooses the control of each field, and switches a field to an engine's expression. */

import { getDefaultRegistry } from "@rjsf/core";
import type { FieldProps } from "@rjsf/utils";
import { type ComponentType, useState } from "react";
import type { Schema } from "../api/types";
import type { FormContext } from "./context";
import { controlOf } from "./controls";
import { isExpression, resolve } from "./schema";

const registry = getDefaultRegistry();
const LibrarySchemaField = registry.fields.SchemaField as ComponentType<FieldProps>;

/** Put our control in the place of the library's, wherever a field stands. */
export function SchemaField(props: FieldProps) {
  const context = props.registry.formContext as FormContext;
  const path = props.fieldPathId.path;
  const [expression, setExpression] = useState(false);
  const schema = resolve(props.schema as unknown as Schema, context.root);
  const asExpression = path.length > 0 && (isExpression(props.formData) || expression);
  const control = asExpression
    ? "Expression"
    : path.length === 0
      ? ""
      : controlOf(schema, props.formData, context.root);
  const toggle = () => {
    if (asExpression) props.onChange(undefined as never, path);
    setExpression(!asExpression);
  };
  const own = control ? { "ui:field": control, "ui:fieldReplacesAnyOrOneOf": true } : {};
  const canToggle = context.expressions && control !== "" && control !== "Soql";
  const uiSchema = {
    ...props.uiSchema,
    ...own,
    "ui:control": control,
    ...(canToggle ? { "ui:toggle": toggle, "ui:expression": asExpression } : {}),
  };
  const shownSchema = control ? schema : props.schema;
  return <LibrarySchemaField {...props} schema={shownSchema as never} uiSchema={uiSchema} />;
}
