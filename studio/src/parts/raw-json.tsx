import { useEffect, useState } from "react";
import type { Json, JsonObject } from "../api/types";
import { Editor } from "../parts/editor";

/** The input as JSON, kept in step with the form. */
export function RawJson({ inputs, onChange }: { inputs: JsonObject; onChange: (inputs: JsonObject) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const text = draft ?? JSON.stringify(inputs, null, 2);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the form ends a draft
  useEffect(() => {
    if (draft !== null && !wrong) setDraft(null);
  }, [inputs]);
  return (
    <details className="more">
      <summary>Input as JSON</summary>
      <div className="stack tight">
        <Editor
          label="Input as JSON"
          language="json"
          value={text}
          invalid={Boolean(wrong)}
          onChange={(next) => {
            setDraft(next);
            try {
              const parsed = JSON.parse(next) as Json;
              if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
                throw new Error("The input is an object.");
              setWrong("");
              onChange(parsed);
            } catch (error) {
              setWrong(error instanceof Error ? error.message : "Not JSON.");
            }
          }}
        />
        {wrong && (
          <span className="field">
            <span className="error" role="status">
              {wrong}
            </span>
          </span>
        )}
      </div>
    </details>
  );
}
