/** How one field is laid out: its label, its control, its error, its hint. */

import type { FieldTemplateProps } from "@rjsf/utils";
import type { Schema } from "../api/types";
import { RequiredMark } from "../parts/basics";
import { isCheckbox } from "./fields/choice";
import { kindOf } from "./schema";

export function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, children, required, hidden, schema: library, uiSchema, rawErrors, rawDescription } = props;
  if (hidden) return <div className="hidden">{children}</div>;
  const schema = library as unknown as Schema;
  const control = String(uiSchema?.["ui:control"] ?? "");
  const toggle = uiSchema?.["ui:toggle"] as (() => void) | undefined;
  const expression = Boolean(uiSchema?.["ui:expression"]);
  if (!control)
    return (
      <div className="field" id={`${id}__field`}>
        {children}
      </div>
    );
  const boxed = control === "BooleanChoice" && isCheckbox(schema, Boolean(required));
  const kind = kindOf(schema);
  const name = (
    <>
      {label}
      {required && <RequiredMark />}
    </>
  );
  return (
    <div className={rawErrors?.length ? "field wrong" : "field"} id={`${id}__field`}>
      {!boxed && (
        <div className="top">
          {control === "Filter" ? <span className="legend">{name}</span> : <label htmlFor={id}>{name}</label>}
          {kind && !expression && <span className="kind">{kind}</span>}
          {toggle && (
            <button
              type="button"
              className="fx"
              aria-pressed={expression}
              title="Let the engine fill this in: {{ step.field }}"
              aria-label={`fx: expression for ${label}`}
              onClick={toggle}
            >
              fx
            </button>
          )}
        </div>
      )}
      {children}
      <span
        className="error"
        id={`${id}__error`}
        role={rawErrors?.length ? "alert" : undefined}
        hidden={!rawErrors?.length}
      >
        {[...new Set(rawErrors)].join(" ")}
      </span>
      {rawDescription && (
        <span className="hint" id={`${id}__hint`}>
          {rawDescription}
        </span>
      )}
      {typeof schema["x-help"] === "string" && (
        <details className="help">
          <summary aria-label={`More about ${label}`}>More</summary>
          <span className="hint">{schema["x-help"]}</span>
        </details>
      )}
    </div>
  );
}
