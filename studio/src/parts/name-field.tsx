/** The field for the name that somebody gives to what they store. */

import { RequiredMark } from "./basics";

export function NameField({
  id,
  label,
  value,
  onChange,
  placeholder,
  hint,
  error = "",
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  hint?: string;
  error?: string;
}) {
  return (
    <div className={error ? "field wrong" : "field"}>
      <label htmlFor={id}>
        {label}
        <RequiredMark />
      </label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        aria-invalid={Boolean(error) || undefined}
        aria-required="true"
        aria-describedby={`${id}-error ${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="error" id={`${id}-error`} hidden={!error}>
        {error}
      </span>
      <span className="hint" id={`${id}-hint`} hidden={!hint}>
        {hint}
      </span>
    </div>
  );
}
