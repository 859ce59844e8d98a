/** What the pages read, each under one key, so that a second visit shows it at once. */

import { QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { get, path } from "./client";
import type {
  ActionEntry,
  AppProfile,
  Connection,
  Connector,
  Limit,
  LimitSeries,
  Manifest,
  RunRecord,
  Sample,
  Sandbox,
  Session,
  StoredTrigger,
  WaitingEvents,
} from "./types";

export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, retry: false, refetchOnWindowFocus: true } },
});

export const session = queryOptions({
  queryKey: ["session"],
  queryFn: () => get<Session>("/session"),
  staleTime: Infinity,
});
export const connectors = queryOptions({
  queryKey: ["connectors"],
  queryFn: () => get<Connector[]>("/connectors"),
  staleTime: Infinity,
});
export const manifest = (name: string) =>
  queryOptions({
    queryKey: ["manifest", name],
    queryFn: () => get<Manifest>(path("connectors", name)),
    staleTime: Infinity,
    enabled: name !== "",
  });
export const part = (connector: string, kind: "actions" | "triggers", name: string) =>
  queryOptions({
    queryKey: ["part", connector, kind, name],
    queryFn: () => get<ActionEntry>(path("connectors", connector, kind, name)),
    staleTime: Infinity,
    enabled: connector !== "" && name !== "",
  });
export const guide = (connector: string, method: string, variant: string) =>
  queryOptions({
    queryKey: ["guide", connector, method, variant],
    queryFn: () =>
      get<{ markdown: string }>(
        `${path("connectors", connector, "methods", method, "guide")}?variant=${encodeURIComponent(variant)}`,
      ),
    staleTime: Infinity,
  });
export const connections = queryOptions({
  queryKey: ["connections"],
  queryFn: () => get<Connection[]>("/connections"),
  staleTime: 5_000,
});
export const connection = (name: string) =>
  queryOptions({
    queryKey: ["connections", name],
    queryFn: () => get<Connection>(path("connections", name)),
    staleTime: 5_000,
    enabled: name !== "",
    initialData: () => queries.getQueryData<Connection[]>(["connections"])?.find((each) => each.name === name),
    initialDataUpdatedAt: () => queries.getQueryState(["connections"])?.dataUpdatedAt,
  });
export const allowedActions = (name: string) =>
  queryOptions({
    queryKey: ["allowed", name],
    queryFn: () => get<string[]>(path("connections", name, "actions")),
    enabled: name !== "",
  });
export const profiles = queryOptions({ queryKey: ["profiles"], queryFn: () => get<AppProfile[]>("/app-profiles") });
export const triggers = queryOptions({ queryKey: ["triggers"], queryFn: () => get<StoredTrigger[]>("/triggers") });
export const waitingEvents = (name: string) =>
  queryOptions({
    queryKey: ["triggers", name, "events"],
    queryFn: () => get<WaitingEvents>(path("triggers", name, "events")),
    staleTime: 1_000,
  });
export const runs = (filter: Record<string, string>) =>
  queryOptions({
    queryKey: ["runs", filter],
    queryFn: () => get<{ runs: RunRecord[]; next: string | null }>(`/runs?${new URLSearchParams(filter)}`),
    staleTime: 2_000,
  });
export const limits = queryOptions({
  queryKey: ["limits"],
  queryFn: () => get<LimitSeries[]>("/limits"),
  staleTime: 2_000,
});
export const connectionLimits = (name: string) =>
  queryOptions({
    queryKey: ["connections", name, "limits"],
    queryFn: () => get<Limit[]>(path("connections", name, "limits")),
    staleTime: 60_000, // each spends a call
  });
export const sandbox = (name: string) =>
  queryOptions({
    queryKey: ["sandbox", name],
    queryFn: () => get<Sandbox>(path("sandboxes", name)),
    staleTime: 2_000,
    enabled: name !== "",
  });
export const samples = (name: string) =>
  queryOptions({
    queryKey: ["samples", name],
    queryFn: () => get<Sample[]>(path("sandboxes", name, "samples")),
    enabled: name !== "",
  });

/** Read the connector that most pages are about: the only one that works, or the first. */
export function useConnector(name: string | undefined): Connector | undefined {
  const all = useQuery(connectors).data;
  return all?.find((each) => (name ? each.name === name : each.status === "ok"));
}
