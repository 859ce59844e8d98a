/** The events that a service pushed to stored triggers, and that nobody has taken yet. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { triggers, waitingEvents } from "../api/queries";
import { Copy, ErrorNotice, Skeleton } from "./basics";
import { number, plural } from "./format";

const Result = lazy(() => import("./result"));

const PAUSE = 3_000; // milliseconds between looks at what has arrived

export function WaitingEvents({ connection, trigger }: { connection: string; trigger: string }) {
  const { data, error } = useQuery({ ...triggers, refetchInterval: PAUSE });
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Skeleton lines={3} />;
  const stored = data.filter((each) => each.connection === connection && each.trigger === trigger);
  if (stored.length === 0)
    return <p className="muted">Store this trigger to get the URL that the service sends events to.</p>;
  return stored.map((each) => <Waiting key={each.name} name={each.name} url={each.webhook_url ?? ""} />);
}

function Waiting({ name, url }: { name: string; url: string }) {
  const { data, error } = useQuery({ ...waitingEvents(name), refetchInterval: PAUSE });
  return (
    <section className="stack tight" aria-label={`Events of ${name}`}>
      <div className="row">
        <b>{name}</b>
        {data && <span className="tag none">{`${number(data.waiting)} waiting`}</span>}
      </div>
      <Copy text={url} label={`Webhook URL of ${name}`} />
      {error && <ErrorNotice error={error} />}
      {data?.waiting === 0 && (
        <p className="muted">
          No event waits. Events that arrive appear here until the engine, or <code>webhook serve</code>, takes them.
        </p>
      )}
      {data && data.events.length > 0 && (
        <>
          {data.waiting > data.events.length && (
            <p className="muted">{`The oldest ${plural(data.events.length, "event")} of ${number(data.waiting)}.`}</p>
          )}
          <Suspense fallback={<Skeleton />}>
            <Result value={data.events} name={name} />
          </Suspense>
        </>
      )}
    </section>
  );
}
