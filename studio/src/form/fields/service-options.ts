/** Choices that the service gives: where they come from, what they depend on, and their pages. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Problem } from "../../api/client";
import type { Option } from "../../api/types";
import type { Item } from "../../parts/combobox";
import type { FormContext } from "../context";
import { isObject } from "../schema";
import { valueAt } from "../validation";

export interface Source {
  source: string;
  depends_on?: string[];
  /** Those of `depends_on` that only narrow the choices. */
  optional?: string[];
  inputs?: Record<string, unknown>;
}

export function sourceOf(schema: Record<string, unknown>): Source | null {
  const options = schema["x-dynamic-options"];
  return isObject(options) && typeof options.source === "string" ? (options as unknown as Source) : null;
}

/** Return what options depend on: the nearest enclosing object that has it, then the root. */
function inputsFor(source: Source, context: FormContext, path: readonly (string | number)[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = { ...context.data, ...source.inputs };
  for (const name of source.depends_on ?? []) {
    for (let depth = path.length - 1; depth > 0; depth--) {
      const parent = valueAt(context.data, path.slice(0, depth) as (string | number)[]);
      if (isObject(parent) && parent[name] !== undefined) {
        inputs[name] = parent[name];
        break;
      }
    }
  }
  return inputs;
}

export function useOptions(
  source: Source,
  context: FormContext,
  path: readonly (string | number)[],
  open: boolean,
  search: string,
) {
  const inputs = inputsFor(source, context, path);
  const relevant = (source.depends_on ?? []).map((name) => inputs[name]);
  const needed = (source.depends_on ?? []).filter((name) => !source.optional?.includes(name));
  const missing = needed.filter((name) => inputs[name] === undefined || inputs[name] === "");
  const query = useInfiniteQuery({
    queryKey: ["options", context.optionsKey, source.source, relevant, source.inputs, search],
    queryFn: ({ pageParam }) => {
      if (!context.options) throw new Error("Choose a connection to see the choices.");
      return context.options(source.source, inputs, search, pageParam);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
    enabled: open && context.options !== null && missing.length === 0,
    staleTime: 300_000,
    gcTime: 1_800_000,
    placeholderData: (previous) => previous,
  });
  const items = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.options).map(itemOf), [query.data]);
  const note = !context.options
    ? "Choose a connection to see the choices."
    : missing.length
      ? `Choose ${missing.join(" and ")} first.`
      : query.error
        ? query.error instanceof Problem
          ? query.error.message
          : String(query.error)
        : undefined;
  return { query, items, note };
}

const itemOf = (option: Option): Item => ({
  value: option.value,
  label: option.label,
  detail: typeof option.value === "string" ? option.value : "",
});

export function useDebounced(value: string): string {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), value ? 180 : 0);
    return () => clearTimeout(timer);
  }, [value]);
  return debounced;
}
