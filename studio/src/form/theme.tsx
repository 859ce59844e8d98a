/** The thin theme: how the form library lays out labels, hints, errors, objects and lists. */

import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldErrorProps,
  FieldProps,
  FieldTemplateProps,
  MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps,
  TemplatesType,
} from "@rjsf/utils";
import { getDefaultRegistry } from "@rjsf/core";
import { type ComponentType, type ReactElement, useState } from "react";
import type { Schema } from "../api/types";
import { Combobox } from "../parts/combobox";
import { type FormContext, keyOf } from "./context";
import { FileField, KeyValueField, OptionsField, TagsField } from "./fields/options";
import {
  BooleanChoiceField,
  ChoiceField,
  DateField,
  DateTimeField,
  ExpressionField,
  isCheckbox,
  JsonField,
  MultilineField,
  NumberField,
  SoqlField,
  TextField,
} from "./fields/scalar";
import { FilterField } from "./fields/filter";
import { UnionField } from "./fields/union";
import { isExpression, isObject, kindOf, properties, resolve, visibility } from "./schema";
import { controlOf } from "./controls";
import { SuggestedField } from "./fields/suggested";

const registry = getDefaultRegistry();
const LibrarySchemaField = registry.fields.SchemaField as ComponentType<FieldProps>;

/** Put our control in the place of the library's, wherever a field stands. */
function SchemaField(props: FieldProps) {
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

function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, children, required, hidden, schema: library, uiSchema, rawErrors, rawDescription } = props;
  if (hidden) return <div className="hidden">{children}</div>;
  const schema = library as unknown as Schema;
  const control = String(uiSchema?.["ui:control"] ?? "");
  const toggle = uiSchema?.["ui:toggle"] as (() => void) | undefined;
  const expression = Boolean(uiSchema?.["ui:expression"]);
  if (!control)
    return (
      <div className="field" id={`${id}__field`}>
        {children}
      </div>
    );
  const boxed = control === "BooleanChoice" && isCheckbox(schema, Boolean(required));
  const kind = kindOf(schema);
  const name = (
    <>
      {label}
      {required && (
        <span className="required" aria-hidden="true">
          {" "}
          *
        </span>
      )}
    </>
  );
  return (
    <div className={rawErrors?.length ? "field wrong" : "field"} id={`${id}__field`}>
      {!boxed && (
        <div className="top">
          {control === "Filter" ? <span className="legend">{name}</span> : <label htmlFor={id}>{name}</label>}
          {kind && !expression && <span className="kind">{kind}</span>}
          {toggle && (
            <button
              type="button"
              className="fx"
              aria-pressed={expression}
              title="Let the engine fill this in: {{ step.field }}"
              aria-label={`fx: expression for ${label}`}
              onClick={toggle}
            >
              fx
            </button>
          )}
        </div>
      )}
      {children}
      <span
        className="error"
        id={`${id}__error`}
        role={rawErrors?.length ? "alert" : undefined}
        hidden={!rawErrors?.length}
      >
        {[...new Set(rawErrors)].join(" ")}
      </span>
      {rawDescription && (
        <span className="hint" id={`${id}__hint`}>
          {rawDescription}
        </span>
      )}
      {typeof schema["x-help"] === "string" && (
        <details className="help">
          <summary aria-label={`More about ${label}`}>More</summary>
          <span className="hint">{schema["x-help"]}</span>
        </details>
      )}
    </div>
  );
}

function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const context = props.registry.formContext as FormContext;
  const path = props.fieldPathId.path;
  const nested = path.length > 0;
  const rest = context.rest.get(keyOf(path)) ?? {};
  const schemas = properties(props.schema as unknown as Schema);
  const data = isObject(props.formData) ? props.formData : {};
  const isAdvanced = (name: string) => visibility(schemas[name] ?? {}) === "advanced";
  const hidden = props.properties.filter(
    (each) => isAdvanced(each.name) && data[each.name] === undefined && !props.errorSchema?.[each.name as never],
  );
  const plain = props.properties.filter((each) => !hidden.includes(each));
  const names = Object.keys(rest);
  return (
    <fieldset className={nested ? "nested" : undefined} id={props.fieldPathId.$id}>
      {nested && props.title && (
        <legend className="legend">
          {props.title}
          {props.required && <span className="required"> *</span>}
        </legend>
      )}
      {nested && props.description && <span className="hint">{props.description}</span>}
      <Grouped names={plain.map((each) => each.name)} schemas={schemas} properties={plain} />
      {names.length > 0 && (
        <Combobox
          key={names.length}
          label="Add a field"
          local
          items={names.map((name) => ({ value: name, label: String(rest[name]?.title ?? name), detail: name }))}
          text=""
          placeholder={`Add a field: search ${names.length.toLocaleString()} more`}
          onChoose={(item) => item && context.add(path as (string | number)[], String(item.value))}
        />
      )}
      {hidden.length > 0 && (
        <details className="more">
          <summary>{`More options (${hidden.length})`}</summary>
          <Grouped names={hidden.map((each) => each.name)} schemas={schemas} properties={hidden} />
        </details>
      )}
    </fieldset>
  );
}

function Grouped({
  names,
  schemas,
  properties: all,
}: {
  names: string[];
  schemas: Record<string, Schema>;
  properties: { name: string; content: ReactElement }[];
}) {
  return groups(names, schemas).map(([group, members]) => (
    <div className="form" key={group || "none"}>
      {group && <div className="group-title">{group}</div>}
      {all.filter((each) => members.includes(each.name)).map((each) => each.content)}
    </div>
  ));
}

/** Keep the order of the fields, and gather those of one `x-group` where the first of them stands. */
function groups(names: string[], schemas: Record<string, Schema>): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const group = String(schemas[name]?.["x-group"] ?? "");
    found.set(group, [...(found.get(group) ?? []), name]);
  }
  return [...found];
}

function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const schema = props.schema as unknown as Schema;
  return (
    <fieldset className="nested" id={props.fieldPathId.$id}>
      <legend className="legend">
        {props.title}
        {props.required && <span className="required"> *</span>}
      </legend>
      {typeof schema.description === "string" && <span className="hint">{schema.description}</span>}
      {props.items}
      {props.canAdd && (
        <button
          type="button"
          className="button slim start"
          onClick={props.onAddClick}
        >{`Add to ${props.title}`}</button>
      )}
      {props.rawErrors?.length ? (
        <span className="error" role="alert">
          {props.rawErrors.join(" ")}
        </span>
      ) : null}
    </fieldset>
  );
}

function ArrayFieldItemTemplate(props: ArrayFieldItemTemplateProps) {
  return (
    <div className="item-row">
      <div className="grow">{props.children}</div>
      {props.buttonsProps.hasRemove && (
        <button
          type="button"
          className="button quiet icon"
          aria-label={`Remove item ${props.index + 1}`}
          onClick={props.buttonsProps.onRemoveItem}
        >
          ×
        </button>
      )}
    </div>
  );
}

function MultiSchemaFieldTemplate(props: MultiSchemaFieldTemplateProps) {
  return (
    <div className="stack tight">
      {props.selector}
      {props.optionSchemaField}
    </div>
  );
}

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
