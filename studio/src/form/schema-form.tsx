/** A form made from a JSON Schema, checked as somebody types. */

import Form from "@rjsf/core";
import { useCallback, useDeferredValue, useId, useMemo, useState } from "react";
import type { JsonObject, Schema } from "../api/types";
import { type FormContext, keyOf } from "./context";
import { isObject, properties, resolve, shown, withoutEmpty } from "./schema";
import { fields, templates, widgets } from "./theme";
import { errorSchemaOf, type Fault, libraryValidator, validate } from "./validation";

interface Props {
  schema: Schema;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  /** Show what is missing too: somebody tried to run. */
  attempted: boolean;
  /** What the server said of fields. */
  serverFaults?: Fault[];
  options?: FormContext["options"];
  optionsKey?: string;
  expressions?: boolean;
  /** Fields that are not to be shown. */
  omit?: readonly string[];
  hints?: Record<string, string>;
}

const NO_FAULTS: Fault[] = [];
const NO_HINTS: Record<string, string> = {};
const STATE = {
  emptyObjectFields: "skipDefaults",
  arrayMinItems: { populate: "never" },
  constAsDefaults: "never",
} as const;

/** Check a form's data; gives all faults, those of missing fields among them. */
export function useFaults(schema: Schema | undefined, value: JsonObject): Fault[] {
  const deferred = useDeferredValue(value);
  return useMemo(() => (schema ? validate(schema, withoutEmpty(deferred)) : []), [schema, deferred]);
}

/** Check a form's data now, for who is about to send it. */
export const check = (schema: Schema, value: JsonObject): Fault[] => validate(schema, withoutEmpty(value));

export function SchemaForm({
  schema,
  value,
  onChange,
  attempted,
  serverFaults = NO_FAULTS,
  options = null,
  optionsKey = "",
  expressions = false,
  omit,
  hints = NO_HINTS,
}: Props) {
  const id = useId().replaceAll(/[^\w]/g, "");
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const add = useCallback((path: (string | number)[], name: string) => {
    setAdded((old) => new Set([...old, keyOf([...path, name])]));
  }, []);
  const faults = useFaults(schema, value);
  const visible = attempted ? faults : faults.filter((fault) => !fault.missing);
  const { rendered, rest } = useMemo(() => render(schema, value, added, omit), [schema, value, added, omit]);
  const errors = useMemo(() => errorSchemaOf([...visible, ...serverFaults]), [visible, serverFaults]);
  const context: FormContext = { root: schema, data: value, options, optionsKey, expressions, added, add, rest, hints };
  if (!hasFields(rendered)) return <p className="muted">There is nothing to fill in.</p>;
  return (
    <Form
      className="form"
      tagName="div"
      schema={rendered as never}
      formData={value}
      validator={libraryValidator as never}
      fields={fields as never}
      templates={templates}
      widgets={widgets}
      formContext={context}
      extraErrors={errors as never}
      idPrefix={`f${id}`}
      idSeparator="."
      noHtml5Validate
      noValidate
      showErrorList={false}
      experimental_defaultFormStateBehavior={STATE}
      onChange={(event) => onChange((withoutEmpty(event.formData ?? {}) ?? {}) as JsonObject)}
    >
      {/* no submit button: the page has its own */}
      <span hidden />
    </Form>
  );
}

/** Whether a form has a field: an action or a trigger may take no input. */
const hasFields = (schema: Schema) =>
  Object.keys(properties(schema)).length > 0 || Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf);

/** Make the schema that is rendered: fields that are shown, without the rules that the validator checks. */
function render(schema: Schema, value: JsonObject, added: ReadonlySet<string>, omit: readonly string[] = []) {
  const rest = new Map<string, Record<string, Schema>>();
  const visit = (part: Schema, data: unknown, path: (string | number)[], depth: number): Schema => {
    const resolved = part.$ref ? resolve(part, schema) : part;
    if (resolved.type !== "object" && !(Array.isArray(resolved.type) && resolved.type.includes("object"))) return part;
    if (depth > 6 || !isObject(resolved.properties)) return part;
    const values = isObject(data) ? data : {};
    const names = new Set(Object.keys(resolved.properties).filter((name) => added.has(keyOf([...path, name]))));
    const split = shown(resolved, values, names);
    if (Object.keys(split.rest).length) rest.set(keyOf(path), split.rest);
    const { allOf: _rules, anyOf, oneOf, "x-widget": _widget, ...plain } = resolved;
    const unions = Object.fromEntries(
      Object.entries({ anyOf, oneOf }).filter(
        ([, branches]) =>
          Array.isArray(branches) && branches.some((each) => isObject(each) && (each.properties || each.$ref)),
      ),
    );
    const kept: Record<string, Schema> = {};
    for (const [name, property] of Object.entries(split.visible)) {
      if (path.length === 0 && omit.includes(name)) continue;
      kept[name] = visit(property, values[name], [...path, name], depth + 1);
    }
    return { ...plain, ...unions, properties: kept, additionalProperties: false, "x-known-fields": true };
  };
  const order = (schema["ui:order"] ?? null) as string[] | null;
  const rendered = visit(schema, value, [], 0);
  if (order && isObject(rendered.properties)) {
    const all = rendered.properties as Record<string, Schema>;
    const named = order.filter((name) => name in all);
    rendered.properties = Object.fromEntries(
      [...named, ...Object.keys(all).filter((name) => !named.includes(name))].map((name) => [name, all[name]]),
    );
  }
  return { rendered, rest };
}
