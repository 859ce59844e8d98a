/** Small parts that all pages are made of. */

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Problem } from "../api/client";
import type { Connector } from "../api/types";

/** A text with a button that copies it. */
export function Copy({ text, label }: { text: string; label: string }) {
  return (
    <div className="copy">
      <input
        className="mono"
        type="text"
        readOnly
        value={text}
        aria-label={label}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={text} />
    </div>
  );
}

export function CopyButton({ text, className = "button" }: { text: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={className}
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
    >
      <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
    </button>
  );
}

/** The star of a required field; its control says so to screen readers. */
export function RequiredMark() {
  return (
    <span className="required" aria-hidden="true">
      {" "}
      *
    </span>
  );
}

/** The heading of a page, which is the browser's title too. */
export function Title({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${ref.current?.textContent ?? ""} · Studio`;
  });
  return <h1 ref={ref}>{children}</h1>;
}

/** An error of the API in the place where it belongs. */
export function ErrorNotice({ error, children }: { error: unknown; children?: ReactNode }) {
  const problem = error instanceof Problem ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = problem?.remedy ?? "";
  const text = remedy && message.endsWith(remedy) ? message.slice(0, -remedy.length).trim() : message;
  return (
    <div className="notice bad" role="alert">
      <b>{text}</b>
      {remedy && <span>{remedy}</span>}
      {problem?.body.code && problem.body.status > 0 && (
        <small className="muted">
          {" "}
          <span className="mono">{problem.body.code}</span>
        </small>
      )}
      {children}
    </div>
  );
}

export function Empty({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="panel empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}

export function Skeleton({ lines = 4, height = 20 }: { lines?: number; height?: number }) {
  return (
    <div className="stack tight" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are all alike
        <div className="skeleton" key={line} style={{ height, width: `${100 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** A dialog of the platform: Escape closes it, focus stays inside and goes back after. */
export function Dialog({
  title,
  onClose,
  children,
  foot,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="body">
        <h2>{title}</h2>
        {children}
      </div>
      <div className="foot">{foot}</div>
    </dialog>
  );
}

export function Progress({ done, total, label }: { done?: number | null; total?: number | null; label: string }) {
  const known = typeof done === "number" && typeof total === "number" && total > 0;
  const share = known ? Math.min(100, Math.round((100 * (done as number)) / (total as number))) : undefined;
  return (
    <div
      className={known ? "progress" : "progress unknown"}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === undefined ? {} : { "aria-valuenow": share })}
    >
      <i style={share === undefined ? {} : { width: `${share}%` }} />
    </div>
  );
}

export function ConnectorIcon({
  connector,
  small = false,
}: {
  connector?: Pick<Connector, "icon" | "title"> | undefined;
  small?: boolean;
}) {
  const dark = document.documentElement.dataset.theme === "dark";
  const svg = connector?.icon?.[dark ? "dark" : "light"];
  const className = small ? "connector-icon small" : "connector-icon";
  if (!svg) return <span className={className} aria-hidden="true" />;
  // As an image, so that nothing in it runs or reaches out.
  return <img className={className} alt="" src={`data:image/svg+xml;base64,${toBase64(svg)}`} />;
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** Choose one of a few. */
export function Segments<T extends string>({
  label,
  options,
  value,
  onChange,
  slim = false,
}: {
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
  slim?: boolean;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const index = options.findIndex((option) => option.value === value);
    const next = options[(index + step + options.length) % options.length];
    if (!next) return;
    onChange(next.value);
    const buttons = ref.current?.querySelectorAll("button");
    buttons?.[options.indexOf(next)]?.focus();
  };
  return (
    <div className={slim ? "segments slim" : "segments"} role="radiogroup" aria-label={label} ref={ref}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowRight" || event.key === "ArrowDown") {
              event.preventDefault();
              move(1);
            }
            if (event.key === "ArrowLeft" || event.key === "ArrowUp") {
              event.preventDefault();
              move(-1);
            }
          }}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
