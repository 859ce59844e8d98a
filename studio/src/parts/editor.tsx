/** A text area that colours what it holds: JSON or SOQL. */

import { Fragment, useMemo } from "react";

const WORDS = {
  soql: /\b(SELECT|FROM|WHERE|AND|OR|NOT|IN|LIKE|INCLUDES|EXCLUDES|ORDER|BY|GROUP|ROLLUP|CUBE|HAVING|LIMIT|OFFSET|ASC|DESC|NULLS|FIRST|LAST|TYPEOF|WHEN|THEN|ELSE|END|WITH|USING|SCOPE|FOR|VIEW|REFERENCE|UPDATE|ALL|ROWS|FIND|RETURNING|COUNT|SUM|AVG|MIN|MAX|TRUE|FALSE|NULL)\b/i,
  json: /\b(true|false|null)\b/,
};
const TOKENS = {
  soql: /('(?:\\.|[^'\\])*'?)|(\b\d[\w.:+-]*)|([A-Za-z_][\w.]*)/g,
  json: /("(?:\\.|[^"\\])*"?(?:\s*:)?)|(-?\b\d[\d.eE+-]*)|([A-Za-z]+)/g,
};

export type Language = keyof typeof WORDS;

function coloured(text: string, language: Language) {
  const parts: { text: string; className: string }[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS[language])) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), className: "" });
    const token = match[0];
    let className = "";
    if (match[1]) className = language === "json" && token.endsWith(":") ? "t-key" : "t-text";
    else if (match[2]) className = "t-number";
    else if (WORDS[language].test(token) && !token.includes(".")) className = "t-key";
    parts.push({ text: token, className });
    end = match.index + token.length;
  }
  parts.push({ text: `${text.slice(end)}\n`, className: "" });
  return parts;
}

export function Editor({
  id,
  label,
  value,
  language,
  onChange,
  readOnly,
  invalid,
  describedBy,
  placeholder,
}: {
  id?: string;
  label: string;
  value: string;
  language: Language;
  onChange?: (value: string) => void;
  readOnly?: boolean;
  invalid?: boolean;
  describedBy?: string | undefined;
  placeholder?: string;
}) {
  const parts = useMemo(() => coloured(value, language), [value, language]);
  return (
    <div className="editor">
      <pre aria-hidden="true">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no other identity
          <Fragment key={index}>
            {part.className ? <span className={part.className}>{part.text}</span> : part.text}
          </Fragment>
        ))}
      </pre>
      <textarea
        id={id}
        aria-label={id ? undefined : label}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        value={value}
        readOnly={readOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        placeholder={placeholder}
        onChange={(event) => onChange?.(event.target.value)}
      />
    </div>
  );
}
