/**
 * Checks data against a schema by interpreting it, and says what is wrong in words.
 *
 * A compiling validator would need `new Function`, which the page's policy forbids. The server checks again with
 * its own: this one is for answers while somebody types.
 */

import { type OutputUnit, Validator } from "@cfworker/json-schema";
import type { ErrorSchema, RJSFSchema, ValidationData, ValidatorType } from "@rjsf/utils";
import type { Schema } from "../api/types";
import { isExpression, isObject, resolve } from "./schema";

export interface Fault {
  /** Keys from the root to the value. */
  path: (string | number)[];
  message: string;
  /** Only that something is missing: not shown before somebody tries to run. */
  missing: boolean;
}

const validators = new WeakMap<Schema, Validator>();

function validatorOf(schema: Schema): Validator {
  let validator = validators.get(schema);
  if (!validator) {
    validator = new Validator(schema as never, "2020-12", false);
    validators.set(schema, validator);
  }
  return validator;
}

/** Give what does not fit, at most one fault a value. */
export function validate(schema: Schema, data: unknown): Fault[] {
  const { valid, errors } = validatorOf(schema).validate(data);
  if (valid) return [];
  const faults = new Map<string, Fault>();
  for (const unit of leaves(errors)) {
    const path = pathOf(unit.instanceLocation);
    if (holdsExpression(data, path)) continue;
    for (const fault of faultsOf(unit, path, schema, data)) {
      const key = JSON.stringify(fault.path);
      if (!faults.has(key)) faults.set(key, fault);
    }
  }
  return [...faults.values()];
}

const STRUCTURE = new Set([
  "$ref",
  "$dynamicRef",
  "properties",
  "items",
  "prefixItems",
  "additionalProperties",
  "patternProperties",
  "allOf",
  "then",
  "else",
  "dependentSchemas",
  "contains",
  "propertyNames",
  "unevaluatedProperties",
]);

/** Give the errors that say something: not those of what surrounds them, and of a union the nearest branch alone. */
function leaves(errors: OutputUnit[]): OutputUnit[] {
  const unions = errors.filter((unit) => unit.keyword === "anyOf" || unit.keyword === "oneOf");
  const inUnions = new Set<OutputUnit>();
  const chosen: OutputUnit[] = [];
  for (const union of unions) {
    const branches = new Map<string, OutputUnit[]>();
    for (const unit of errors) {
      if (unit === union || !unit.keywordLocation.startsWith(`${union.keywordLocation}/`)) continue;
      inUnions.add(unit);
      const branch = unit.keywordLocation.slice(union.keywordLocation.length + 1).split("/")[0] ?? "";
      branches.set(branch, [...(branches.get(branch) ?? []), unit]);
    }
    const fitting = [...branches.values()].filter(
      (units) => !units.some((unit) => unit.keyword === "type" && unit.instanceLocation === union.instanceLocation),
    );
    const nearest = fitting.sort((one, two) => one.length - two.length)[0];
    if (nearest && !inUnions.has(union)) chosen.push(...nearest.filter((unit) => isLeaf(unit, nearest)));
    else if (!inUnions.has(union)) chosen.push(union);
  }
  return [...errors.filter((unit) => !inUnions.has(unit) && !unions.includes(unit) && isLeaf(unit, errors)), ...chosen];
}

function isLeaf(unit: OutputUnit, among: OutputUnit[]): boolean {
  if (!STRUCTURE.has(unit.keyword)) return unit.keyword !== "anyOf" && unit.keyword !== "oneOf";
  if (unit.keyword !== "additionalProperties") return false;
  return !among.some(
    (other) =>
      other !== unit && other.keywordLocation.startsWith(`${unit.keywordLocation}/`) && other.keyword !== "false",
  );
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .replace(/^#\/?/, "")
    .split("/")
    .filter(Boolean)
    .map((segment) => decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

export function valueAt(data: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined),
    data,
  );
}

function holdsExpression(data: unknown, path: (string | number)[]): boolean {
  return path.some((_, index) => isExpression(valueAt(data, path.slice(0, index + 1))));
}

/** Find the rule that an error is about. */
function ruleOf(unit: OutputUnit, root: Schema): { rule: unknown; schema: Schema } {
  let current: unknown = root;
  let parent: Schema = root;
  for (const segment of pathOf(unit.keywordLocation).map(String)) {
    if (segment === "$ref" && isObject(current)) {
      current = resolve(current, root);
      continue;
    }
    if (isObject(current)) parent = current;
    current = isObject(current) || Array.isArray(current) ? (current as Record<string, unknown>)[segment] : undefined;
  }
  return { rule: current, schema: parent };
}

const TYPES: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "empty",
};
const FORMATS: Record<string, string> = {
  date: "Not a date. Write it as 2026-12-31.",
  "date-time": "Not a time. Write it as 2026-12-31T09:00:00Z.",
  time: "Not a time of day. Write it as 09:00:00.",
  email: "Not an email address.",
  uri: "Not a URL. Begin it with https://.",
};

function faultsOf(unit: OutputUnit, path: (string | number)[], root: Schema, data: unknown): Fault[] {
  const { rule, schema } = ruleOf(unit, root);
  const fault = (message: string, at = path, missing = false): Fault[] => [{ path: at, message, missing }];
  switch (unit.keyword) {
    case "required": {
      const value = valueAt(data, path);
      const names = (Array.isArray(rule) ? (rule as string[]) : []).filter(
        (name) => !isObject(value) || value[name] === undefined,
      );
      return names.map((name) => ({ path: [...path, name], message: "Required.", missing: true }));
    }
    case "type": {
      const wanted = (Array.isArray(rule) ? (rule as string[]) : [String(rule)]).filter((each) => each !== "null");
      return fault(`Must be ${wanted.map((each) => TYPES[each] ?? each).join(" or ")}.`);
    }
    case "enum":
      return fault("Not one of the choices.");
    case "const":
      return fault(`Must be ${JSON.stringify(rule)}.`);
    case "pattern": {
      const examples = Array.isArray(schema.examples)
        ? schema.examples.filter((each) => typeof each === "string" && each)
        : [];
      return fault(
        examples.length ? `Not in the right form. An example: ${String(examples[0])}` : `Must match ${String(rule)}`,
      );
    }
    case "format":
      return fault(FORMATS[String(rule)] ?? `Must be a valid ${String(rule)}.`);
    case "minLength":
      return fault(rule === 1 ? "Must not be empty." : `At least ${String(rule)} characters.`, path, rule === 1);
    case "minItems":
    case "minProperties":
      return fault(rule === 1 ? "Add at least one." : `At least ${String(rule)}.`, path, true);
    case "maxLength":
      return fault(`At most ${String(rule)} characters; these are ${String(valueAt(data, path)).length}.`);
    case "maxItems":
    case "maxProperties":
      return fault(`At most ${String(rule)}.`);
    case "minimum":
      return fault(`At least ${String(rule)}.`);
    case "maximum":
      return fault(`At most ${String(rule)}.`);
    case "exclusiveMinimum":
      return fault(`More than ${String(rule)}.`);
    case "exclusiveMaximum":
      return fault(`Less than ${String(rule)}.`);
    case "multipleOf":
      return fault(`A multiple of ${String(rule)}.`);
    case "additionalProperties":
    case "false":
      return fault("Not a field of this form.");
    case "anyOf":
    case "oneOf":
      return fault(
        valueAt(data, path) === undefined ? "Required." : "Fits none of the forms that this may have.",
        path,
        isObject(valueAt(data, path)),
      );
    default:
      return fault(`Breaks the rule “${unit.keyword}”.`);
  }
}

/** Give faults as the form library shows them: at the fields that they belong to. */
export function errorSchemaOf(faults: Fault[]): ErrorSchema {
  const errors: Record<string, unknown> = {};
  for (const fault of faults) {
    let node = errors;
    for (const key of fault.path) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    node.__errors = [...((node.__errors as string[] | undefined) ?? []), fault.message];
  }
  return errors as ErrorSchema;
}

/** Read the JSON path of an error of the server, `$.fields.Name` or `Name`, as keys. */
export function pathOfJsonPath(text: string): (string | number)[] {
  const keys: (string | number)[] = [];
  for (const match of text.replace(/^\$\.?/, "").matchAll(/\[(\d+)\]|\['([^']*)'\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) keys.push(Number(match[1]));
    else keys.push(match[2] ?? match[3] ?? "");
  }
  return keys;
}

/** What the form library asks of a validator: which branch of a union some data fits. */
export const libraryValidator: ValidatorType = {
  validateFormData: (): ValidationData<unknown> => ({ errors: [], errorSchema: {} }),
  isValid: (schema: RJSFSchema, data: unknown, root: RJSFSchema) => {
    try {
      return new Validator({ ...(root as object), ...schema, $defs: root.$defs } as never, "2020-12").validate(
        data ?? null,
      ).valid;
    } catch {
      return false;
    }
  },
  rawValidation: () => ({}),
};
