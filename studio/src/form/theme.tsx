/** The theme that the form library renders by: our fields, templates and widgets under its names. */

import type { FieldErrorProps, FieldProps, TemplatesType } from "@rjsf/utils";
import type { ComponentType } from "react";
import { FieldTemplate } from "./field-template";
import { BooleanChoiceField, ChoiceField } from "./fields/choice";
import { ExpressionField, JsonField, SoqlField } from "./fields/code";
import { DateField, DateTimeField } from "./fields/date";
import { FileField } from "./fields/file";
import { FilterField } from "./fields/filter";
import { KeyValueField } from "./fields/key-value";
import { OptionsField } from "./fields/options";
import { SuggestedField } from "./fields/suggested";
import { TagsField } from "./fields/tags";
import { MultilineField, NumberField, TextField } from "./fields/text";
import { UnionField } from "./fields/union";
import {
  ArrayFieldItemTemplate,
  ArrayFieldTemplate,
  MultiSchemaFieldTemplate,
  ObjectFieldTemplate,
} from "./nested-templates";
import { SchemaField } from "./schema-field";

/** The library's own select, for which branch of a union is meant. */
function SelectWidget(props: {
  id: string;
  value?: unknown;
  label: string;
  onChange: (value: unknown) => void;
  options: { enumOptions?: { value: unknown; label: string }[] };
}) {
  const options = props.options.enumOptions ?? [];
  const index = options.findIndex((option) => option.value === props.value);
  return (
    <select
      id={props.id}
      aria-label={`${props.label || "Kind"}: form`}
      value={index < 0 ? "" : index}
      onChange={(event) => props.onChange(options[Number(event.target.value)]?.value)}
    >
      {index < 0 && <option value="">Choose</option>}
      {options.map((option, position) => (
        <option key={option.label} value={position}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

const Nothing = () => null;

export const templates = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
  MultiSchemaFieldTemplate,
  FieldErrorTemplate: Nothing as ComponentType<FieldErrorProps>,
  FieldHelpTemplate: Nothing,
  DescriptionFieldTemplate: ({ description }: { description?: unknown }) => <>{description as string}</>,
  ErrorListTemplate: Nothing,
  TitleFieldTemplate: Nothing,
  UnsupportedFieldTemplate: Nothing,
} as unknown as Partial<TemplatesType>;

export const fields = {
  SchemaField,
  Expression: ExpressionField,
  Text: TextField,
  Multiline: MultilineField,
  Number: NumberField,
  Date: DateField,
  DateTime: DateTimeField,
  Choice: ChoiceField,
  BooleanChoice: BooleanChoiceField,
  Soql: SoqlField,
  JsonValue: JsonField,
  Options: OptionsField,
  Tags: TagsField,
  KeyValue: KeyValueField,
  File: FileField,
  Filter: FilterField,
  Suggested: SuggestedField,
  Union: UnionField,
} as unknown as Record<string, ComponentType<FieldProps>>;

export const widgets = { SelectWidget } as never;
