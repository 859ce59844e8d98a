/** Polls a trigger while somebody watches. */

import { useCallback, useEffect, useRef, useState } from "react";
import { call, path } from "../api/client";
import type { Json, JsonObject, TriggerBatch } from "../api/types";

const PAUSE = 3_000; // milliseconds between polls while watching
const SHOWN = 1_000; // events

/** Poll again and again from this page, newest events first. */
export function useWatch(connection: string, trigger: string, inputs: JsonObject) {
  const [running, setRunning] = useState(false);
  const [events, setEvents] = useState<Json[]>([]);
  const [cursor, setCursor] = useState<JsonObject | null>(null);
  const [warnings, setWarnings] = useState<string[]>([]);
  const [error, setError] = useState<unknown>(null);
  const state = useRef({ cursor: null as JsonObject | null, inputs });
  const start = useCallback(() => {
    state.current = { cursor: null, inputs };
    setEvents([]);
    setCursor(null);
    setWarnings([]);
    setError(null);
    setRunning(true);
  }, [inputs]);
  useEffect(() => {
    if (!running) return;
    let timer = 0;
    let ended = false;
    const poll = async () => {
      try {
        const batch = await call<TriggerBatch>(
          "POST",
          path("connections", connection, "triggers", trigger, "try"),
          state.current,
        );
        if (ended) return;
        state.current.cursor = batch.cursor;
        setCursor(batch.cursor);
        setWarnings(batch.warnings);
        if (batch.events.length) setEvents((old) => [...[...batch.events].reverse(), ...old].slice(0, SHOWN));
        timer = window.setTimeout(poll, batch.more ? 100 : PAUSE);
      } catch (problem) {
        if (ended) return;
        setError(problem);
        setRunning(false);
      }
    };
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [running, connection, trigger]);
  return { running, events, cursor, warnings, error, start, stop: () => setRunning(false) };
}
