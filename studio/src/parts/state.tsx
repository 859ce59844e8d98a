/** What is known of a connection, in a word and a colour. */

import type { Connection } from "../api/types";

export function StateTag({ connection }: { connection: Connection }) {
  const warnings = connection.last_test?.checks.filter((check) => check.status === "warning").length ?? 0;
  switch (connection.state) {
    case "works":
      return <span className="tag ok">Works</span>;
    case "warnings":
      return <span className="tag warn">{`${warnings} warning${warnings === 1 ? "" : "s"}`}</span>;
    case "failed":
      return <span className="tag bad">Failed</span>;
    case "needs_sign_in":
      return <span className="tag bad">Needs sign-in</span>;
    default:
      return <span className="tag none">Never tested</span>;
  }
}

/** Give what the last test said of the organization: name, kind and id. */
export function orgOf(connection: Connection): { name: string; kind: string; id: string; url: string } {
  const org = connection.last_test?.org ?? {};
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const address = text(Object.values(connection.settings).find((value) => /^https?:\/\//.test(String(value))));
  const url = text(org.instance_url) || address;
  const kind = isLocal(url)
    ? "On this machine"
    : org.sandbox === true
      ? "Sandbox"
      : org.sandbox === false
        ? "Production"
        : "";
  return {
    name: text(org.name),
    kind,
    id: text(org.id),
    url,
  };
}

const isLocal = (url: string) => /^https?:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(url);

export function whoMayUse(connection: Connection): string {
  if (connection.owner === null) return "Everyone here";
  const others = [...connection.users, ...connection.groups];
  return others.length ? [connection.owner, ...others].join(", ") : `Only ${connection.owner}`;
}
