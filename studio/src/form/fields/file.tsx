/** A file of this machine. */

import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";

/** A file's content, read here and sent as base64. */
export function FileField(props: FieldProps) {
  const [name, setName] = useState("");
  const value = typeof props.formData === "string" ? props.formData : "";
  return (
    <div className="stack tight">
      <input
        id={props.fieldPathId.$id}
        type="file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (!file) return;
          const reader = new FileReader();
          reader.onload = () => {
            setName(`${file.name}, ${file.size.toLocaleString()} bytes`);
            props.onChange(String(reader.result).replace(/^[^,]*,/, "") as never, props.fieldPathId.path);
          };
          reader.readAsDataURL(file);
        }}
      />
      {value && <span className="hint">{name || `${Math.round((value.length * 3) / 4).toLocaleString()} bytes`}</span>}
    </div>
  );
}
