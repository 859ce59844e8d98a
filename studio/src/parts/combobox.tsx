/** A text field with a list of choices below it: searched here or by the server, thousands of rows without delay. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";

export interface Item {
  value: unknown;
  label: string;
  detail?: string;
}

interface Props {
  id?: string;
  label: string;
  items: Item[];
  /** What is chosen, as text. */
  text: string;
  placeholder?: string;
  loading?: boolean;
  note?: string | undefined;
  invalid?: boolean;
  describedBy?: string | undefined;
  /** May a text that is not in the list be taken? */
  free?: boolean;
  /** Filters here; without it the caller does, by `onSearch`. */
  local?: boolean;
  autoFocus?: boolean;
  onSearch?: (text: string) => void;
  onMore?: (() => void) | undefined;
  onOpen?: () => void;
  onChoose: (item: Item | null) => void;
  onText?: (text: string) => void;
  onEscape?: () => void;
}

const ROW = 30;

export function Combobox(props: Props) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const search = typed ?? "";
  const items = useMemo(() => {
    if (!props.local || !search) return props.items;
    const wanted = search.toLowerCase();
    const rank = (item: Item) => {
      const label = item.label.toLowerCase();
      return label.startsWith(wanted)
        ? 0
        : label.includes(wanted)
          ? 1
          : (item.detail ?? "").toLowerCase().includes(wanted)
            ? 2
            : 9;
    };
    return props.items
      .map((item) => ({ item, rank: rank(item) }))
      .filter((each) => each.rank < 9)
      .sort((one, two) => one.rank - two.rank)
      .map((each) => each.item);
  }, [props.items, props.local, search]);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    enabled: open,
  });

  useEffect(() => {
    if (active >= items.length) setActive(Math.max(0, items.length - 1));
  }, [items.length, active]);

  const visible = rows.getVirtualItems();
  const last = visible[visible.length - 1]?.index ?? 0;
  const { onMore } = props;
  useEffect(() => {
    if (open && onMore && last >= items.length - 5) onMore();
  }, [open, last, items.length, onMore]);

  const show = () => {
    if (open) return;
    setOpen(true);
    setActive(0);
    props.onOpen?.();
    props.onSearch?.("");
  };
  const hide = () => {
    setOpen(false);
    setTyped(null);
  };
  const choose = (item: Item) => {
    props.onChoose(item);
    hide();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return show();
      const next = Math.min(items.length - 1, Math.max(0, active + (event.key === "ArrowDown" ? 1 : -1)));
      setActive(next);
      rows.scrollToIndex(next);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      const item = items[active];
      if (item && (typed || !props.free)) choose(item);
      else hide();
    } else if (event.key === "Escape") {
      if (open) {
        event.preventDefault();
        event.stopPropagation();
        hide();
      } else props.onEscape?.();
    }
  };
  const option = (index: number) => `${list}-${index}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears that the focus has left
    <div
      className="combo"
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        if (props.free && typed !== null && typed !== props.text) props.onText?.(typed);
        hide();
      }}
    >
      <input
        ref={input}
        id={props.id}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: a list that was asked for takes the typing
        autoFocus={props.autoFocus}
        aria-label={props.id ? undefined : props.label}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && items.length ? option(active) : undefined}
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        placeholder={props.placeholder}
        value={typed ?? props.text}
        onFocus={(event) => event.target.select()}
        onClick={show}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          if (!open) show();
          setTyped(event.target.value);
          setActive(0);
          props.onSearch?.(event.target.value);
          if (event.target.value === "") props.onChoose(null);
        }}
      />
      {props.loading ? (
        <span className="arrow">
          <span className="spinner" />
        </span>
      ) : (
        <span className="arrow" aria-hidden="true">
          ▾
        </span>
      )}
      {open && (
        <div className="popup">
          <div
            className="options"
            ref={scroller}
            role="listbox"
            id={list}
            aria-label={props.label}
            tabIndex={-1}
            onMouseDown={(event) => event.preventDefault()}
          >
            <div className="spacer" style={{ height: rows.getTotalSize() }}>
              {visible.map((row) => {
                const item = items[row.index];
                if (!item) return null;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys
                  <div
                    key={row.key}
                    id={option(row.index)}
                    role="option"
                    tabIndex={-1}
                    aria-selected={row.index === active}
                    aria-posinset={row.index + 1}
                    aria-setsize={items.length}
                    style={{
                      position: "absolute",
                      top: 0,
                      left: 0,
                      right: 0,
                      height: ROW,
                      transform: `translateY(${row.start}px)`,
                    }}
                    onClick={() => choose(item)}
                    onMouseMove={() => setActive(row.index)}
                  >
                    <span className="label">{item.label}</span>
                    {item.detail && !item.label.includes(item.detail) && <small>{item.detail}</small>}
                  </div>
                );
              })}
            </div>
          </div>
          {(props.note || !items.length) && (
            <div className="note" role="status">
              {props.note ?? (props.loading ? "Loading…" : "Nothing matches.")}
            </div>
          )}
        </div>
      )}
    </div>
  );
}
