/** Calls the studio's API: JSON in and out, errors as `Problem`, long work as server-sent events. */

import type { ProblemBody } from "./types";

/** What the API answered instead of a result. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.name = "Problem";
    this.body = body;
  }

  get remedy(): string {
    return this.body.remedy ?? "";
  }
}

const UNREACHABLE: ProblemBody = {
  title: "The studio does not answer",
  status: 0,
  detail: "The studio does not answer: its program may have ended.",
  remedy: "Start it again from the terminal, and open the URL that it prints.",
  kind: "retryable",
  code: "STUDIO_UNREACHABLE",
  fields: [],
};

async function send(method: string, path: string, body: unknown, accept: string, signal?: AbortSignal) {
  const headers: Record<string, string> = { Accept: accept };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(UNREACHABLE);
  }
  if (!response.ok) throw new Problem(await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<ProblemBody> {
  try {
    return (await response.json()) as ProblemBody;
  } catch {
    return { ...UNREACHABLE, status: response.status, detail: `The studio answered ${response.status}.` };
  }
}

/** Make a call and give the JSON that it answers. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body, "application/json", signal);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal);

/** Make a call whose answer comes as events; gives what the last one, `result`, holds. */
export async function stream<T>(
  path: string,
  body: unknown,
  onEvent: (name: string, data: unknown) => void,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send("POST", path, body, "text/event-stream", signal);
  if (!response.body) throw new Problem(UNREACHABLE);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    buffer += value;
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const { name, data } = parseEvent(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (name === "result") return data as T;
      if (name === "error") throw new Problem(data as ProblemBody);
      if (name) onEvent(name, data);
    }
  }
  throw new Problem(UNREACHABLE);
}

function parseEvent(text: string): { name: string; data: unknown } {
  let name = "";
  let data = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  return { name, data: data ? JSON.parse(data) : null };
}

export const path = (...segments: string[]) => `/${segments.map(encodeURIComponent).join("/")}`;
