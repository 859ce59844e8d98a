/** What the API gives; docs/web-api.md describes each. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Schema = { [key: string]: unknown };

export interface ProblemBody {
  title: string;
  status: number;
  detail: string;
  kind: string;
  code: string;
  remedy?: string;
  fields?: string[];
  retry_after?: number | null;
  sent?: boolean;
}

export interface Session {
  user: string | null;
  version: string;
  command: string;
  redirect_uri: string;
  sandboxes: string[];
}

export interface Connector {
  name: string;
  title: string;
  version: string;
  description: string;
  categories: string[];
  icon: { light: string; dark: string } | null;
  homepage: string;
  distribution: string;
  status: "ok" | "broken";
  cause: string;
  auth_methods: number;
  actions: number;
  triggers: number;
}

export interface AuthMethod {
  name: string;
  type: string;
  title: string;
  description: string;
  interactive: boolean;
  schema: Schema;
  ui_schema?: JsonObject;
  guides: { name: string; title: string }[];
  has_guide: boolean;
  /** Names of its secret settings. */
  secrets: string[];
}

export interface Part {
  name: string;
  title: string;
  description: string;
  category: string;
  annotations: { readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean };
  deprecated: boolean;
  replaced_by: string | null;
  delivery?: string;
}

export interface Manifest extends Connector {
  methods: AuthMethod[];
  action_list: Part[];
  trigger_list: Part[];
}

export interface ActionEntry extends Part {
  input: Schema;
  output: Schema;
  examples: { summary: string; input: JsonObject }[];
  docs: string;
}

export interface Check {
  id: string;
  status: "ok" | "warning" | "failed" | "skipped";
  message: string;
  remedy: string;
  kind?: string;
  code?: string;
}

export interface TestReport {
  ok: boolean;
  checks: Check[];
  identity: JsonObject;
  org: JsonObject;
  usage: JsonObject;
  at?: string;
}

export interface Connection {
  id: string;
  name: string;
  connector: string;
  method: string;
  settings: JsonObject;
  /** Names of the settings that are its own, not its app profile's. */
  own_settings: string[];
  secrets: string[];
  app: string | null;
  owner: string | null;
  users: string[];
  groups: string[];
  created_at: string;
  changed_at: string;
  state: "works" | "warnings" | "failed" | "needs_sign_in" | "never_tested";
  cause: string;
  last_test: TestReport | null;
  last_used: string | null;
  calls_today: number;
  may_change: boolean;
}

export interface AppProfile {
  name: string;
  /** Patterns of the hosts that its secrets may go to; none for all but this machine. */
  hosts: string[];
  connector: string;
  settings: JsonObject;
  secrets: string[];
  used_by: string[];
  created_at: string;
}

export interface Usage {
  calls: number;
  limit_used: number | null;
  limit_max: number | null;
  limit_left: number | null;
}

export interface RunResult {
  output: Json;
  usage: Usage;
  warnings: string[];
  seconds: number;
}

export interface ProgressEvent {
  done?: number | null;
  total?: number | null;
  message?: string;
}

export interface Option {
  value: Json;
  label: string;
  group?: string;
  description?: string;
}

export interface OptionsPage {
  options: Option[];
  next_page: string | null;
}

export interface RunRecord {
  id: string;
  at: string;
  who: string;
  connection: string;
  what: string;
  action: string;
  outcome: string;
  message: string;
  calls: number | null;
  seconds: number | null;
}

export interface Limit {
  name: string;
  title: string;
  used: number;
  maximum: number;
  left: number;
  floor: number;
}

export interface LimitSeries {
  connection: string;
  points: { at: string; used: number; max: number }[];
}

export interface StoredTrigger {
  name: string;
  connection: string;
  trigger: string;
  delivery: string;
  webhook_url: string | null;
  /** Pushed events that are stored and not delivered yet; null for a polled trigger. */
  waiting: number | null;
  created_at: string;
  changed_at: string;
}

export interface WaitingEvents {
  /** The oldest first; not more than the API lists at once. */
  events: Json[];
  waiting: number;
}

export interface TriggerBatch {
  events: Json[];
  cursor: JsonObject | null;
  more: boolean;
  warnings: string[];
}

export interface Sandbox {
  name: string;
  title: string;
  connector: string;
  description: string;
  running: boolean;
  url: string;
  apps: {
    name: string;
    label: string;
    kind: string;
    consumer_key: string;
    flows: string[];
    scopes: string[];
    callback_urls: string[];
  }[];
  users: { username: string; name: string; password: string; note: string }[];
  data: { name: string; label: string; count: number }[];
  faults: { kind: string; title: string; description: string; on: boolean; happened: number }[];
}

export interface SandboxRequest {
  number: number;
  at: string;
  method: string;
  path: string;
  status: number;
  milliseconds: number;
  user: string;
  request: string;
  response: string;
  fault: string;
}

export interface Sample {
  name: string;
  title: string;
  summary: string;
  method: string;
  exists: boolean;
  interactive: boolean;
}
