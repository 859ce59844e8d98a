/** A value that may have one of several forms: choose the form, then fill it in. */

import { type FieldProps, toFieldPathId } from "@rjsf/utils";
import { type ComponentType, useState } from "react";
import type { Schema } from "../../api/types";
import { isObject, properties, resolve, type, types } from "../schema";
import { JsonField } from "./code";
import { attributes, contextOf, labelOf, schemaOf } from "./field";

interface Branch {
  label: string;
  schema: Schema;
  constant: boolean;
}

/** Give the forms of a union, those that are `null` alone left out unless they have a title. */
export function branchesOf(schema: Schema, root: Schema): Branch[] {
  const found = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (!Array.isArray(found)) return [];
  return found.map((each) => {
    const branch = resolve(each, root);
    const label = String(branch.title ?? branch.const ?? type(branch) ?? "Value");
    return { label, schema: branch, constant: "const" in branch };
  });
}

/** Does a value have this form, by its type and its required keys? */
export function hasForm(branch: Schema, value: unknown, root: Schema): boolean {
  if ("const" in branch) return branch.const === value;
  if (Array.isArray(branch.enum)) return branch.enum.includes(value);
  const kinds = types(branch);
  const actual = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  if (kinds.length && !kinds.includes(actual) && !(kinds.includes("integer") && Number.isInteger(value))) return false;
  if (isObject(value)) {
    const known = properties(branch);
    const required = Array.isArray(branch.required) ? (branch.required as string[]) : [];
    return (
      required.every((name) => name in value) &&
      Object.keys(value).every((name) => name in known || branch.additionalProperties !== false)
    );
  }
  return kinds.length > 0 || branchesOf(branch, root).some((each) => hasForm(each.schema, value, root));
}

export function UnionField(props: FieldProps) {
  const context = contextOf(props);
  const schema = schemaOf(props);
  const branches = branchesOf(schema, context.root);
  const value = props.formData as unknown;
  const [chosen, setChosen] = useState<number | null>(null);
  const fitting = branches.findIndex((branch) => hasForm(branch.schema, value, context.root));
  const index = chosen ?? (value === undefined ? (schema.default === undefined ? firstOpen(branches) : -1) : fitting);
  const branch = branches[index];
  if (value !== undefined && index < 0) return <JsonField {...props} />;
  const fallback = branches.find((each) => each.constant && each.schema.const === schema.default);
  return (
    <div className="union">
      <select
        {...(branch && !branch.constant ? { "aria-label": `${labelOf(props)}: form` } : attributes(props))}
        value={index < 0 ? "" : String(index)}
        onChange={(event) => {
          const next = event.target.value === "" ? null : Number(event.target.value);
          setChosen(next);
          const to = next === null ? undefined : branches[next];
          props.onChange(
            (to?.constant
              ? to.schema.const
              : type(to?.schema ?? {}) === "" && types(to?.schema ?? {}).includes("null")
                ? null
                : undefined) as never,
            props.fieldPathId.path,
          );
        }}
      >
        {(index < 0 || schema.default !== undefined) && (
          <option value="">{fallback ? `${fallback.label} (default)` : "Choose"}</option>
        )}
        {branches.map((each, position) => (
          <option key={each.label} value={position}>
            {each.label}
          </option>
        ))}
      </select>
      {branch && !branch.constant && <Inner props={props} branch={branch.schema} />}
    </div>
  );
}

const firstOpen = (branches: Branch[]) => branches.findIndex((branch) => !branch.constant);

/** The control of one form: of the only key of an object, or of the value itself. */
function Inner({ props, branch }: { props: FieldProps; branch: Schema }) {
  const { registry, fieldPathId } = props;
  const SchemaField = registry.fields.SchemaField as ComponentType<FieldProps>;
  if (!types(branch).some((kind) => kind !== "null")) return null;
  const [key, only] = Object.entries(properties(branch))[0] ?? [];
  const single = key !== undefined && only !== undefined && Object.keys(properties(branch)).length === 1;
  if (!single) {
    return <SchemaField {...props} schema={{ ...branch, title: labelOf(props) } as never} uiSchema={{}} />;
  }
  const data = isObject(props.formData) ? props.formData[key] : undefined;
  return (
    <SchemaField
      {...props}
      name={key}
      schema={only as never}
      uiSchema={{}}
      formData={data as never}
      fieldPathId={toFieldPathId(key, registry.globalFormOptions, fieldPathId.path)}
    />
  );
}
