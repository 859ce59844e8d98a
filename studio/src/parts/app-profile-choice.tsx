/** App profiles in the form of a connection: use a stored one, or store the app of this connection. */

import type { AppProfile } from "../api/types";

export function ProfileChoice({
  profiles,
  value,
  onChange,
  filled,
}: {
  profiles: AppProfile[];
  value: string;
  onChange: (name: string) => void;
  /** Titles of the fields that the profile fills in. */
  filled: string[];
}) {
  return (
    <div className="field">
      <label htmlFor="app-profile">App profile</label>
      <select id="app-profile" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">None: enter the app's key here</option>
        {profiles.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      <span className="hint">
        {filled.length
          ? `Fills in ${filled.join(" and ")}. Secrets stay on this machine.`
          : "Key and secret of one app, stored once and used by many connections."}
      </span>
    </div>
  );
}

export function SaveProfile({
  value,
  onChange,
}: {
  /** Name of the profile to store; null for none. */
  value: string | null;
  onChange: (name: string | null) => void;
}) {
  return (
    <div className="field">
      <span className="check">
        <input
          id="save-profile"
          type="checkbox"
          checked={value !== null}
          onChange={(event) => onChange(event.target.checked ? "" : null)}
        />
        <label htmlFor="save-profile">Store the app's key for other connections too</label>
      </span>
      {value !== null && (
        <input
          type="text"
          aria-label="Name of the app profile"
          placeholder="Name of the app profile"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
