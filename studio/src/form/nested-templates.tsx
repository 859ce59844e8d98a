/** How objects, lists and unions are laid out. */

import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps,
} from "@rjsf/utils";
import type { ReactElement } from "react";
import type { Schema } from "../api/types";
import { RequiredMark } from "../parts/basics";
import { Combobox } from "../parts/combobox";
import { type FormContext, keyOf } from "./context";
import { isObject, properties, visibility } from "./schema";

export function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
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
          {props.required && <RequiredMark />}
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
  return groupNames(names, schemas).map(([group, members]) => (
    <div className="form" key={group || "none"}>
      {group && <div className="group-title">{group}</div>}
      {all.filter((each) => members.includes(each.name)).map((each) => each.content)}
    </div>
  ));
}

/** Keep the order of the fields, and gather those of one `x-group` where the first of them stands. */
function groupNames(names: string[], schemas: Record<string, Schema>): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = String(schemas[name]?.["x-group"] ?? "");
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups];
}

export function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const schema = props.schema as unknown as Schema;
  return (
    <fieldset className="nested" id={props.fieldPathId.$id}>
      <legend className="legend">
        {props.title}
        {props.required && <RequiredMark />}
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

export function ArrayFieldItemTemplate(props: ArrayFieldItemTemplateProps) {
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

export function MultiSchemaFieldTemplate(props: MultiSchemaFieldTemplateProps) {
  return (
    <div className="stack tight">
      {props.selector}
      {props.optionSchemaField}
    </div>
  );
}
