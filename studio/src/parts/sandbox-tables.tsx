/** What is in a sandbox, as tables: its objects, apps and users. */

import type { Sandbox } from "../api/types";
import { number, words } from "./format";

export function ObjectTable({ sandbox }: { sandbox: Sandbox }) {
  return (
    <div className="panel scroll">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">API name</th>
            <th scope="col" className="number">
              Records
            </th>
          </tr>
        </thead>
        <tbody>
          {sandbox.data.map((each) => (
            <tr key={each.name}>
              <td>{each.label}</td>
              <td className="mono">{each.name}</td>
              <td className="number">{number(each.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function AppTable({ sandbox }: { sandbox: Sandbox }) {
  return (
    <div className="panel scroll">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">App</th>
            <th scope="col">Consumer key</th>
            <th scope="col">Flows</th>
            <th scope="col">Scopes</th>
          </tr>
        </thead>
        <tbody>
          {sandbox.apps.map((each) => (
            <tr key={each.name}>
              <td>
                <b>{each.label}</b>
                <small>{words(each.kind)}</small>
              </td>
              <td className="mono">{each.consumer_key}</td>
              <td>{each.flows.map(words).join(", ")}</td>
              <td className="mono">{each.scopes.join(" ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function UserTable({ sandbox }: { sandbox: Sandbox }) {
  return (
    <div className="panel scroll">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Username</th>
            <th scope="col">Password</th>
          </tr>
        </thead>
        <tbody>
          {sandbox.users.map((each) => (
            <tr key={each.username}>
              <td>
                <b>{each.name}</b>
                <small>{each.note}</small>
              </td>
              <td className="mono">{each.username}</td>
              <td className="mono">{each.password || "—"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
