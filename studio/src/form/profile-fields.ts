/** Which settings of a connection an app profile holds, and what a form shows without them. */

import type { AuthMethod, Connection, JsonObject, Schema } from "../api/types";
import { properties, required } from "./schema";

/** What identifies an app, by the names that OAuth and services use. */
export const APP_FIELDS = ["consumer_key", "consumer_secret", "client_id", "client_secret"];

/** A profile made beside a connection is for that connection's host; more are added where profiles are. */
export const hostsOf = (settings: JsonObject): string[] => {
  for (const value of Object.values(settings)) {
    try {
      if (typeof value === "string" && /^https?:/.test(value)) return [new URL(value).hostname];
    } catch {
      // not an address
    }
  }
  return [];
};

export const titleOf = (method: AuthMethod, field: string) => String(properties(method.schema)[field]?.title ?? field);

export const fits = (method: AuthMethod, settings: JsonObject, secrets: string[]) =>
  [...Object.keys(settings), ...secrets].every((field) => field in properties(method.schema));

export const withoutProfile = (source: Connection): JsonObject =>
  Object.fromEntries(Object.entries(source.settings).filter(([key]) => !(source.app && APP_FIELDS.includes(key))));

export function without(schema: Schema, fields: string[]): Schema {
  if (!fields.length) return schema;
  const remaining = Object.fromEntries(Object.entries(properties(schema)).filter(([name]) => !fields.includes(name)));
  return { ...schema, properties: remaining, required: required(schema).filter((name) => !fields.includes(name)) };
}

/** Keep of the settings what the method has, so that changing the method loses nothing that both have. */
export const pick = (settings: JsonObject, schema: Schema): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => name in properties(schema)));
