/** The stored triggers, and the dialog that stores one. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call, path } from "../api/client";
import { triggers } from "../api/queries";
import type { ActionEntry, Connection, JsonObject, StoredTrigger } from "../api/types";
import { Copy, Dialog, Empty, ErrorNotice, Skeleton } from "./basics";
import { exact, number } from "./format";
import { NameField } from "./name-field";

export function Stored() {
  const { data, error } = useQuery(triggers);
  const client = useQueryClient();
  const [shown, setShown] = useState<StoredTrigger | null>(null);
  const remove = useMutation({
    mutationFn: (name: string) => call("DELETE", path("triggers", name)),
    onSettled: () => client.invalidateQueries({ queryKey: ["triggers"] }),
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data)
    return (
      <div className="panel pad">
        <Skeleton lines={3} />
      </div>
    );
  if (data.length === 0)
    return (
      <Empty title="No stored triggers">
        Choose a trigger on the left to try it, then store it: an engine polls it, or the service pushes events to its
        URL.
      </Empty>
    );
  return (
    <div className="panel scroll">
      {remove.error && <ErrorNotice error={remove.error} />}
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Trigger</th>
            <th scope="col">Connection</th>
            <th scope="col">Last changed</th>
            <th scope="col">
              <span className="screen-reader">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((each) => (
            <tr key={each.name}>
              <td>
                <b>{each.name}</b>
              </td>
              <td>
                {each.trigger}
                <small>
                  {each.waiting === null
                    ? "polled"
                    : `pushed; ${each.waiting === 0 ? "no event waits" : `${number(each.waiting)} waiting`}`}
                </small>
              </td>
              <td>
                <Link href={`/connections/${encodeURIComponent(each.connection)}`}>{each.connection}</Link>
              </td>
              <td className="nowrap">{exact(each.changed_at)}</td>
              <td className="nowrap number">
                {each.webhook_url && (
                  <button
                    type="button"
                    className="button slim"
                    onClick={() => setShown(each)}
                    aria-label={`URL of ${each.name}`}
                  >
                    URL
                  </button>
                )}{" "}
                <button
                  type="button"
                  className="button slim danger"
                  onClick={() => remove.mutate(each.name)}
                  aria-label={`Delete ${each.name}`}
                >
                  Delete
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown?.webhook_url && (
        <Dialog
          title={`The URL of ${shown.name}`}
          onClose={() => setShown(null)}
          foot={
            <button type="button" className="button main" onClick={() => setShown(null)}>
              Close
            </button>
          }
        >
          <p>The service sends events to this URL. Whoever knows it may send events: treat it as a password.</p>
          <Copy text={shown.webhook_url} label="Webhook URL" />
        </Dialog>
      )}
    </div>
  );
}

export function Store({
  entry,
  connection,
  inputs,
  onClose,
}: {
  entry: ActionEntry;
  connection: Connection;
  inputs: JsonObject;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () =>
      call<StoredTrigger>("POST", "/triggers", {
        name: name.trim(),
        connection: connection.name,
        trigger: entry.name,
        inputs,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["triggers"] }),
  });
  const done = save.data;
  return (
    <Dialog
      title={done ? `${done.name} is stored` : `Store this trigger`}
      onClose={onClose}
      foot={
        done ? (
          <button type="button" className="button main" onClick={onClose}>
            Close
          </button>
        ) : (
          <>
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button
              type="submit"
              form="store-trigger"
              className="button main"
              disabled={!name.trim() || save.isPending}
            >
              Store
            </button>
          </>
        )
      }
    >
      {done ? (
        done.webhook_url ? (
          <>
            <p>Give the service this URL. Whoever knows it may send events: treat it as a password.</p>
            <Copy text={done.webhook_url} label="Webhook URL" />
          </>
        ) : (
          <p>An engine polls it by its name. Its first poll decides where it starts.</p>
        )
      ) : (
        <form
          id="store-trigger"
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <NameField id="trigger-name" label="Name" value={name} onChange={setName} placeholder="new-accounts" />
          {save.error && <ErrorNotice error={save.error} />}
        </form>
      )}
    </Dialog>
  );
}
