/** Conditions on fields: rows of field, operator and value, and groups of them. */

import { type FieldProps, toFieldPathId } from "@rjsf/utils";
import type { ComponentType } from "react";
import type { Schema } from "../../api/types";
import { isObject, properties, resolve, type } from "../schema";
import { JsonField } from "./code";
import { contextOf, schemaOf } from "./field";

interface Shape {
  condition: Schema;
  /** Name of the only property of a group, and its title. */
  groups: { key: string; title: string }[];
}

/** Read which of the items' forms is a condition and which are groups. */
function shapeOf(schema: Schema, root: Schema): Shape | null {
  if (!isObject(schema.items)) return null;
  const items = resolve(schema.items as Schema, root);
  const forms = Array.isArray(items.oneOf ?? items.anyOf) ? ((items.oneOf ?? items.anyOf) as Schema[]) : [items];
  let condition: Schema | null = null;
  const groups: Shape["groups"] = [];
  for (const form of forms.map((each) => resolve(each, root))) {
    const [key, only] = Object.entries(properties(form))[0] ?? [];
    if (key === undefined || only === undefined) return null;
    if (Object.keys(properties(form)).length === 1 && type(resolve(only, root)) === "array") {
      groups.push({ key, title: String(only.title ?? form.title ?? key) });
    } else condition = form;
  }
  return condition ? { condition, groups } : null;
}

export function FilterField(props: FieldProps) {
  const schema = schemaOf(props);
  const shape = shapeOf(schema, contextOf(props).root);
  const value = props.formData as unknown;
  if (!shape || (value !== undefined && !Array.isArray(value))) return <JsonField {...props} />;
  return (
    <Rows
      props={props}
      shape={shape}
      path={props.fieldPathId.path}
      rows={(value as unknown[]) ?? []}
      depth={0}
      label={String(schema.title ?? props.name)}
    />
  );
}

type Path = readonly (string | number)[];

function Rows({
  props,
  shape,
  path,
  rows,
  depth,
  label,
}: {
  props: FieldProps;
  shape: Shape;
  path: Path;
  rows: unknown[];
  depth: number;
  label: string;
}) {
  const set = (next: unknown[]) => props.onChange((next.length || depth ? next : undefined) as never, [...path]);
  return (
    <div className="filter" role="group" aria-label={label}>
      {rows.map((row, index) => {
        const group = isObject(row) ? shape.groups.find((each) => each.key in row) : undefined;
        const remove = () => set(rows.filter((_, other) => other !== index));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions are alike, and their place is their identity
          <div className="filter-item" key={index}>
            {group && isObject(row) ? (
              <div className="filter-group">
                <div className="group-title">{group.title}</div>
                <Rows
                  props={props}
                  shape={shape}
                  path={[...path, index, group.key]}
                  rows={Array.isArray(row[group.key]) ? (row[group.key] as unknown[]) : []}
                  depth={depth + 1}
                  label={group.title}
                />
              </div>
            ) : (
              <Condition
                props={props}
                schema={shape.condition}
                path={[...path, index]}
                row={isObject(row) ? row : {}}
              />
            )}
            <button
              type="button"
              className="button quiet icon"
              aria-label={`Remove condition ${index + 1}`}
              onClick={remove}
            >
              ×
            </button>
          </div>
        );
      })}
      <div className="row">
        <button type="button" className="button slim" onClick={() => set([...rows, {}])}>
          Add condition
        </button>
        {depth < 2 &&
          shape.groups.map((each) => (
            <button
              type="button"
              className="button slim quiet"
              key={each.key}
              onClick={() => set([...rows, { [each.key]: [{}] }])}
            >{`${each.title}…`}</button>
          ))}
      </div>
    </div>
  );
}

function Condition({
  props,
  schema,
  path,
  row,
}: {
  props: FieldProps;
  schema: Schema;
  path: Path;
  row: Record<string, unknown>;
}) {
  const { registry } = props;
  const SchemaField = registry.fields.SchemaField as ComponentType<FieldProps>;
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const valueless = /null|empty/.test(String(row.operator ?? ""));
  return (
    <div className="filter-row">
      {Object.entries(properties(schema)).map(([name, property]) =>
        name === "value" && valueless ? null : (
          <SchemaField
            key={name}
            {...props}
            name={name}
            schema={property as never}
            uiSchema={{}}
            required={required.includes(name)}
            rawErrors={[]}
            formData={row[name] as never}
            fieldPathId={toFieldPathId(name, registry.globalFormOptions, [...path])}
          />
        ),
      )}
    </div>
  );
}
