/** The same run for elsewhere: command line, Python, engines, JSON. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { session } from "../api/queries";
import type { JsonObject } from "../api/types";
import { CopyButton, Dialog, Segments } from "./basics";

interface Call {
  command: string;
  connector: string;
  action: string;
  connection: string;
  inputs: JsonObject;
}

const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Write a value as Python writes it. */
function python(value: unknown, indent = 0): string {
  const pad = "    ".repeat(indent + 1);
  const end = "    ".repeat(indent);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value))
    return value.length ? `[\n${value.map((each) => `${pad}${python(each, indent + 1)},\n`).join("")}${end}]` : "[]";
  if (typeof value === "object") {
    const entries = Object.entries(value);
    return entries.length
      ? `{\n${entries.map(([key, each]) => `${pad}${JSON.stringify(key)}: ${python(each, indent + 1)},\n`).join("")}${end}}`
      : "{}";
  }
  return JSON.stringify(value);
}

const FORMS: Record<string, { label: string; write: (call: Call) => string }> = {
  cli: {
    label: "CLI",
    write: ({ command, connection, action, inputs }) =>
      `${command} run ${shell(connection)} ${action} --input ${shell(JSON.stringify(inputs))}`,
  },
  python: {
    label: "Python",
    write: ({ connection, action, inputs }) =>
      `from connector_host.host import Host\n\nresult = Host().runner.run(\n    ${JSON.stringify(connection)},\n    ${JSON.stringify(action)},\n    ${python(inputs, 1)},\n)\nprint(result["output"])`,
  },
  airflow: {
    label: "Airflow",
    write: ({ connection, action, inputs }) =>
      `from connector_host.engines.airflow.operators import ActionOperator\n\n${action} = ActionOperator(\n    task_id=${JSON.stringify(action)},\n    conn_id=${JSON.stringify(connection)},\n    action=${JSON.stringify(action)},\n    inputs=${python(inputs, 1)},\n)`,
  },
  temporal: {
    label: "Temporal",
    write: ({ connector, connection, action, inputs }) =>
      `from datetime import timedelta\n\nfrom temporalio import workflow\n\nresult = await workflow.execute_activity(\n    ${JSON.stringify(`${connector}.${action}`)},\n    args=[${JSON.stringify(connection)}, ${python(inputs, 1)}],\n    start_to_close_timeout=timedelta(minutes=10),\n    heartbeat_timeout=timedelta(seconds=30),\n)`,
  },
  mcp: {
    label: "MCP",
    write: ({ action, inputs }) =>
      JSON.stringify({ method: "tools/call", params: { name: action, arguments: inputs } }, null, 2),
  },
  json: { label: "JSON", write: ({ inputs }) => JSON.stringify(inputs, null, 2) },
};

export function CopyAs(props: Omit<Call, "command">) {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState("cli");
  const command = useQuery(session).data?.command ?? "connector-host";
  const text = open ? (FORMS[form]?.write({ ...props, command }) ?? "") : "";
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Copy as…
      </button>
      {open && (
        <Dialog
          title="Copy this run"
          onClose={() => setOpen(false)}
          foot={
            <>
              <button type="button" className="button" onClick={() => setOpen(false)}>
                Close
              </button>
              <CopyButton text={text} className="button main" />
            </>
          }
        >
          <Segments
            slim
            label="Copy as"
            value={form}
            onChange={setForm}
            options={Object.entries(FORMS).map(([value, { label }]) => ({ value, label }))}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard */}
          <pre className="code-block" tabIndex={0}>
            {text}
          </pre>
        </Dialog>
      )}
    </>
  );
}
