/** Which control a field gets. */

import type { Schema } from "../api/types";
import { choices, isObject, itemChoices, properties, resolve, type } from "./schema";

const WIDGETS: Record<string, string> = {
  soql: "Soql",
  json: "JsonValue",
  keyvalue: "KeyValue",
  tags: "Tags",
  file: "File",
  multiline: "Multiline",
  filter: "Filter",
  combobox: "Options",
  "secret-multiline": "Multiline",
  records: "Records",
  "fail-when": "Union",
  value: "Union",
};

/** Choose the control for a field; empty leaves it to the form library: objects and lists of objects. */
export function controlOf(schema: Schema, data: unknown, root: Schema): string {
  const widget = schema["x-widget"];
  const kind = type(schema);
  // Fields that are known are filled in one by one, whatever they could be before.
  if (schema["x-known-fields"]) return "";
  if (typeof widget === "string") {
    const control = WIDGETS[widget] ?? "JsonValue";
    if (control === "Options" && !schema["x-dynamic-options"]) return kind === "array" ? "Tags" : "Suggested";
    if (control === "Tags" && kind !== "array" && kind !== "string") return "JsonValue";
    if (control === "Records") return recordsControl(schema, root);
    if (control === "JsonValue" && isListOfSmallObjects(schema, root)) return "";
    return control;
  }
  if (Array.isArray(schema["x-choices"]) && kind === "string") return "Tags";
  if (kind === "array") {
    const items = isObject(schema.items) ? resolve(schema.items as Schema, root) : {};
    if (schema["x-dynamic-options"] || items["x-dynamic-options"] || itemChoices(schema, root)) return "Tags";
    if (["string", "number", "integer"].includes(type(items))) return "Tags";
    if (type(items) === "object" && Object.keys(properties(items)).length > 0) return "";
    return "JsonValue";
  }
  if (schema["x-dynamic-options"]) return "Options";
  if (choices(schema, root)) return "Choice";
  switch (kind) {
    case "boolean":
      return "BooleanChoice";
    case "integer":
    case "number":
      return "Number";
    case "string":
      if (schema.format === "date") return "Date";
      if (schema.format === "date-time") return "DateTime";
      if (schema.contentEncoding === "base64") return "File";
      if (schema.format === "multiline" || (typeof schema.maxLength === "number" && schema.maxLength > 1000))
        return "Multiline";
      if (schema.format === "soql") return "Soql";
      return Array.isArray(schema.examples) && schema["x-enum-titles"] ? "Suggested" : "Text";
    case "object": {
      const known = Object.keys(properties(schema)).length;
      if (known || schema.oneOf || schema.anyOf) return "";
      const rest = schema.additionalProperties;
      return isObject(rest) && type(rest as Schema) !== "object"
        ? "KeyValue"
        : isObject(data) || rest !== false
          ? "JsonValue"
          : "KeyValue";
    }
    default:
      return unionControl(schema, root);
  }
}

/** A union of plain values is one text; a union of objects is left to the form library. */
function unionControl(schema: Schema, root: Schema): string {
  const branches = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
  if (!Array.isArray(branches)) return "JsonValue";
  const kinds = branches.map((branch) => type(resolve(branch, root))).filter(Boolean);
  return kinds.length > 0 && kinds.every((kind) => kind === "object") ? "" : "Union";
}

/** A list of objects with a few plain keys is filled in key by key, whatever else it could be. */
function isListOfSmallObjects(schema: Schema, root: Schema): boolean {
  if (type(schema) !== "array" || !isObject(schema.items)) return false;
  const keys = Object.values(properties(resolve(schema.items as Schema, root)));
  return (
    keys.length > 0 &&
    keys.length <= 4 &&
    keys.every((each) => !["object", "array", ""].includes(type(resolve(each, root))))
  );
}

function recordsControl(schema: Schema, root: Schema): string {
  const items = isObject(schema.items) ? resolve(schema.items as Schema, root) : {};
  return Object.keys(properties(items)).length > 0 ? "" : "JsonValue";
}
