/** The dialogs that rename, share, remove and change a connection. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import { call, path } from "../api/client";
import type { Connection, JsonObject, Schema } from "../api/types";
import { properties, required } from "../form/schema";
import { check, SchemaForm } from "../form/schema-form";
import { Dialog, ErrorNotice } from "../parts/basics";
import { faultsOf } from "../form/server-faults";
import { NameField } from "./name-field";

function useChange<T>(change: () => Promise<T>, after: (result: T) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await client.invalidateQueries({ queryKey: ["connections"] });
      after(result);
    },
  });
}

function Foot({
  label,
  busy,
  danger = false,
  disabled = false,
  onClose,
  form,
}: {
  label: string;
  busy: boolean;
  danger?: boolean;
  disabled?: boolean;
  onClose: () => void;
  form: string;
}) {
  return (
    <>
      <button type="button" className="button" onClick={onClose}>
        Cancel
      </button>
      <button
        type="submit"
        form={form}
        className={danger ? "button danger main" : "button main"}
        disabled={busy || disabled}
      >
        {busy && <span className="spinner" />}
        {label}
      </button>
    </>
  );
}

export function Rename({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [, go] = useLocation();
  const [name, setName] = useState(connection.name);
  const save = useChange(
    () => call<Connection>("PUT", path("connections", connection.name, "name"), { name: name.trim() }),
    (renamed) => {
      onClose();
      go(`/connections/${encodeURIComponent(renamed.name)}`, { replace: true });
    },
  );
  return (
    <Dialog
      title={`Rename ${connection.name}`}
      onClose={onClose}
      foot={
        <Foot
          label="Rename"
          form="rename"
          busy={save.isPending}
          disabled={!name.trim() || name === connection.name}
          onClose={onClose}
        />
      }
    >
      <form
        id="rename"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <NameField
          id="new-name"
          label="Name"
          value={name}
          onChange={setName}
          hint="Change the workflows that use the old name. The sign-in and the triggers stay."
        />
        {save.error && <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}

export function Access({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [owner, setOwner] = useState(connection.owner ?? "");
  const [users, setUsers] = useState(connection.users.join(", "));
  const [groups, setGroups] = useState(connection.groups.join(", "));
  const list = (text: string) =>
    text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
  const [, go] = useLocation();
  const save = useChange(
    () =>
      call<Connection | undefined>("PUT", path("connections", connection.name, "access"), {
        owner: owner.trim() || null,
        users: owner.trim() ? list(users) : [],
        groups: owner.trim() ? list(groups) : [],
      }),
    (changed) => {
      onClose();
      if (!changed) go("/connections");
    },
  );
  return (
    <Dialog
      title={`Who may use ${connection.name}`}
      onClose={onClose}
      foot={<Foot label="Save" form="access" busy={save.isPending} onClose={onClose} />}
    >
      <form
        id="access"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="field">
          <label htmlFor="owner">Owner</label>
          <input
            id="owner"
            type="text"
            value={owner}
            placeholder="Nobody: everyone here may use and change it"
            onChange={(event) => setOwner(event.target.value)}
          />
          <span className="hint">Only the owner may change, share or delete it.</span>
        </div>
        <fieldset className="form" disabled={!owner.trim()}>
          <div className="field">
            <label htmlFor="users">Shared with users</label>
            <input
              id="users"
              type="text"
              value={users}
              placeholder="ann, ben"
              onChange={(event) => setUsers(event.target.value)}
            />
          </div>
          <div className="field">
            <label htmlFor="groups">Shared with groups</label>
            <input
              id="groups"
              type="text"
              value={groups}
              placeholder="sales-ops"
              onChange={(event) => setGroups(event.target.value)}
            />
          </div>
        </fieldset>
        {save.error && <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}

export function Remove({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [, go] = useLocation();
  const [revoke, setRevoke] = useState(true);
  const [warning, setWarning] = useState("");
  const remove = useChange(
    () => call<{ warning: string }>("DELETE", `${path("connections", connection.name)}?revoke=${revoke}`),
    (result) => (result.warning ? setWarning(result.warning) : go("/connections")),
  );
  if (warning) {
    return (
      <Dialog
        title={`${connection.name} is deleted`}
        onClose={() => go("/connections")}
        foot={
          <button type="button" className="button main" onClick={() => go("/connections")}>
            Close
          </button>
        }
      >
        <div className="notice warn">
          <b>Its tokens could not be ended at the service.</b>
          {warning}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Delete ${connection.name}?`}
      onClose={onClose}
      foot={<Foot label="Delete" danger form="remove" busy={remove.isPending} onClose={onClose} />}
    >
      <form
        id="remove"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate();
        }}
      >
        <p>Its settings, its sign-in and its triggers are gone from this machine. Workflows that use it will fail.</p>
        <span className="check">
          <input id="revoke" type="checkbox" checked={revoke} onChange={(event) => setRevoke(event.target.checked)} />
          <label htmlFor="revoke">End its tokens at the service too</label>
        </span>
        {remove.error && <ErrorNotice error={remove.error} />}
      </form>
    </Dialog>
  );
}

/** Settings of a method that needs no person; secrets that are left empty stay as they are. */
export function Settings({
  connection,
  schema,
  onClose,
  onSaved,
}: {
  connection: Connection;
  schema: Schema;
  onClose: () => void;
  onSaved: () => void;
}) {
  const own = useMemo(() => {
    const fromProfile = (name: string) =>
      connection.app !== null &&
      !connection.own_settings.includes(name) &&
      (name in connection.settings || connection.secrets.includes(name));
    const kept = Object.entries(properties(schema)).filter(([name]) => !fromProfile(name));
    return {
      ...schema,
      properties: Object.fromEntries(kept),
      required: required(schema).filter((name) => !fromProfile(name) && !connection.secrets.includes(name)),
    } as Schema;
  }, [schema, connection]);
  const hints = useMemo(
    () => Object.fromEntries(connection.secrets.map((name) => [name, "Stored; leave empty to keep it"])),
    [connection.secrets],
  );
  const [value, setValue] = useState<JsonObject>(() =>
    Object.fromEntries(Object.entries(connection.settings).filter(([key]) => connection.own_settings.includes(key))),
  );
  const [attempted, setAttempted] = useState(false);
  const save = useChange(
    () =>
      call<Connection>("PUT", path("connections", connection.name, "settings"), {
        settings: value,
        app: connection.app,
      }),
    onSaved,
  );
  return (
    <Dialog
      title={`Settings of ${connection.name}`}
      onClose={onClose}
      foot={<Foot label="Save and test" form="settings" busy={save.isPending} onClose={onClose} />}
    >
      <form
        id="settings"
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAttempted(true);
          if (!check(own, value).length) save.mutate();
        }}
      >
        <SchemaForm
          schema={own}
          value={value}
          onChange={setValue}
          attempted={attempted}
          serverFaults={faultsOf(save.error)}
          hints={hints}
        />
        {save.error && <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}
