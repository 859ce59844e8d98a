/** Reads JSON Schemas as forms: references, visibility, choices, and which fields to show. */

import type { Json, JsonObject, Schema } from "../api/types";

/**
 * More properties than this are not all rendered: required and filled ones are, the rest is added by search.
 * Advanced ones do not count: they are folded away.
 */
export const MANY = 16;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Is this a text that the engine will fill in, such as `{{ trigger.id }}`? It may stand in any field. */
export const isExpression = (value: unknown): value is string =>
  typeof value === "string" && /\{\{[\s\S]+\}\}/.test(value);

export function hasExpression(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasExpression);
  if (isObject(value)) return Object.values(value).some(hasExpression);
  return isExpression(value);
}

/** Follow a local reference, keeping what is said beside it. */
export function resolve(schema: Schema, root: Schema): Schema {
  let current = schema;
  for (let depth = 0; depth < 8 && typeof current.$ref === "string"; depth++) {
    const { $ref, ...beside } = current;
    let target: unknown = root;
    for (const segment of String($ref).replace(/^#\/?/, "").split("/").filter(Boolean)) {
      const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
      target = isObject(target) || Array.isArray(target) ? (target as Record<string, unknown>)[key] : undefined;
    }
    if (!isObject(target)) return beside;
    current = { ...target, ...beside };
  }
  return current;
}

export const properties = (schema: Schema): Record<string, Schema> =>
  isObject(schema.properties) ? (schema.properties as Record<string, Schema>) : {};

export const required = (schema: Schema): string[] =>
  Array.isArray(schema.required) ? (schema.required as string[]) : [];

export function types(schema: Schema): string[] {
  const type = schema.type;
  return typeof type === "string" ? [type] : Array.isArray(type) ? (type as string[]) : [];
}

export const type = (schema: Schema): string => types(schema).find((each) => each !== "null") ?? "";

export interface Choice {
  value: Json;
  label: string;
  group?: string;
}

/** Give the closed list of values that a field has; null when it has none. */
export function choices(schema: Schema, root: Schema): Choice[] | null {
  const titles = isObject(schema["x-enum-titles"]) ? (schema["x-enum-titles"] as Record<string, string>) : {};
  if (Array.isArray(schema.enum)) {
    return (schema.enum as Json[])
      .filter((value) => value !== null)
      .map((value) => ({ value, label: titles[String(value)] ?? String(value) }));
  }
  const branches = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
  if (!Array.isArray(branches)) return null;
  const found: Choice[] = [];
  for (const each of branches) {
    const branch = resolve(each, root);
    if (branch.type === "null" || branch.const === null) continue;
    if (!("const" in branch)) return null;
    const value = branch.const as Json;
    found.push({ value, label: typeof branch.title === "string" ? branch.title : String(value) });
  }
  return found.length ? found : null;
}

/** Give what a multi-select offers: items with a closed list, or `x-choices`. */
export function itemChoices(schema: Schema, root: Schema): Choice[] | null {
  if (isObject(schema.items)) return choices(resolve(schema.items as Schema, root), root);
  return null;
}

export const visibility = (schema: Schema): string => String(schema["x-visibility"] ?? "");

/** Give a placeholder: what holds when nothing is entered, else an example, marked as one. */
export function example(schema: Schema): string {
  const text = exampleText(schema);
  const isDefault = schema.default !== undefined && schema.default !== null && schema.default !== "";
  return text && !isDefault ? `e.g. ${text}` : text;
}

function exampleText(schema: Schema): string {
  const value = schema.default ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined);
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Say in a word what a field holds. */
export function kindOf(schema: Schema): string {
  const format = schema.format;
  if (typeof schema["x-kind"] === "string") return schema["x-kind"] as string;
  if (format === "date") return "date";
  if (format === "date-time") return "date and time";
  if (format === "time") return "time";
  return type(schema) === "integer" ? "whole number" : type(schema) === "number" ? "number" : "";
}

/** Drop what was left empty, so that the data holds only what somebody entered. */
export function withoutEmpty(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((each) => withoutEmpty(each) ?? null);
  if (isObject(value)) {
    const kept: JsonObject = {};
    for (const [key, each] of Object.entries(value)) {
      const inner = withoutEmpty(each);
      if (inner !== undefined) kept[key] = inner;
    }
    return kept;
  }
  return value as Json;
}

const isFilled = (value: unknown): boolean =>
  value !== undefined && !(isObject(value) && Object.values(value).every((each) => !isFilled(each)));

/** Does `x-show-when` or `x-required-when` hold for the values beside the field, or for their defaults? */
function holds(when: unknown, data: Record<string, unknown>, siblings: Record<string, Schema>): boolean {
  if (!isObject(when)) return true;
  return Object.entries(when).every(([name, wanted]) => {
    const value = data[name] === undefined ? siblings[name]?.default : data[name];
    if (Array.isArray(wanted)) return wanted.some((each) => each === value);
    if (isObject(wanted) && Array.isArray(wanted.enum)) return wanted.enum.includes(value);
    if (isObject(wanted) && "const" in wanted) return wanted.const === value;
    if (isObject(wanted) && Array.isArray(wanted.not)) return !wanted.not.includes(value);
    return wanted === value || (wanted === true && value !== undefined && value !== "");
  });
}

/** Narrow a field by the rules `if {properties: {controller: {const}}} then {properties: {field: {enum}}}`. */
function narrow(schema: Schema, data: Record<string, unknown>): Record<string, Json[]> {
  const narrowed: Record<string, Json[]> = {};
  for (const rule of Array.isArray(schema.allOf) ? (schema.allOf as Schema[]) : []) {
    const condition = isObject(rule.if) ? properties(rule.if as Schema) : {};
    const names = Object.keys(condition);
    if (!names.length || !isObject(rule.then)) continue;
    if (!names.every((name) => condition[name] && "const" in condition[name] && condition[name].const === data[name]))
      continue;
    for (const [name, then] of Object.entries(properties(rule.then as Schema))) {
      if (Array.isArray(then.enum)) narrowed[name] = then.enum as Json[];
    }
  }
  return narrowed;
}

/** Give the properties of an object that are to be rendered, each as it is for the values chosen beside it. */
export function shown(
  schema: Schema,
  data: Record<string, unknown>,
  added: ReadonlySet<string>,
): { visible: Record<string, Schema>; rest: Record<string, Schema> } {
  const all = properties(schema);
  const needed = new Set(required(schema));
  for (const [name, property] of Object.entries(all)) {
    if (property["x-required-when"] && holds(property["x-required-when"], data, all)) needed.add(name);
  }
  const narrowed = narrow(schema, data);
  const many = Object.values(all).filter((property) => visibility(property) !== "advanced").length > MANY;
  const visible: Record<string, Schema> = {};
  const rest: Record<string, Schema> = {};
  for (const [name, property] of Object.entries(all)) {
    if (!holds(property["x-show-when"], data, all) && !isFilled(data[name])) continue;
    const values = narrowed[name];
    const narrowedProperty = values ? restrict(property, values) : property;
    const always = needed.has(name) || isFilled(data[name]) || added.has(name);
    if (visibility(property) === "internal" && !always) continue;
    if (always || !many || visibility(property) === "important") visible[name] = narrowedProperty;
    else rest[name] = narrowedProperty;
  }
  return { visible, rest };
}

function restrict(schema: Schema, values: Json[]): Schema {
  if (Array.isArray(schema.oneOf)) {
    return {
      ...schema,
      oneOf: (schema.oneOf as Schema[]).filter((each) => !("const" in each) || values.includes(each.const as Json)),
    };
  }
  return { ...schema, enum: values };
}

/** Give the values that the live schema depends on: what was chosen from a list, wherever it stands. */
export function chosenValues(schema: Schema, data: unknown, root: Schema, depth = 0): Json[] {
  const resolved = resolve(schema, root);
  if (depth > 3 || !isObject(data)) return [];
  const values: Json[] = [];
  for (const [name, property] of Object.entries(properties(resolved))) {
    const value = data[name];
    if (value === undefined || isExpression(value)) continue;
    const field = resolve(property, root);
    if ((field["x-dynamic-options"] || choices(field, root)) && !isObject(value)) values.push([name, value as Json]);
    else if (isObject(value)) values.push(...chosenValues(field, value, root, depth + 1));
  }
  return values;
}

/** Is any part of the schema made for what is chosen? */
export function isDynamic(schema: Schema): boolean {
  return JSON.stringify(schema).includes('"x-dynamic-schema"');
}
