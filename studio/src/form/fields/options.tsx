/** One value of a list that the service gives. */

import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { Combobox, type Item } from "../../parts/combobox";
import { example, type } from "../schema";
import { comboAttributes, contextOf, schemaOf } from "./field";
import { sourceOf, useDebounced, useOptions } from "./service-options";
import { TextField } from "./text";

/** One value, chosen from the service's list; any other may be typed. */
export function OptionsField(props: FieldProps) {
  const context = contextOf(props);
  const schema = schemaOf(props);
  const source = sourceOf(schema);
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Item | null>(null);
  const { query, items, note } = useOptions(
    source ?? { source: "" },
    context,
    props.fieldPathId.path,
    open,
    useDebounced(search),
  );
  if (!source) return <TextField {...props} />;
  const value = props.formData as unknown;
  const known = chosen?.value === value ? chosen : items.find((item) => item.value === value);
  const text =
    value === undefined || value === null ? "" : known && known.label !== value ? `${known.label}` : String(value);
  const parse = (typed: string): unknown =>
    (type(schema) === "integer" || type(schema) === "number") && typed.trim() !== "" && !Number.isNaN(Number(typed))
      ? Number(typed)
      : typed;
  return (
    <Combobox
      {...comboAttributes(props)}
      free
      items={items}
      text={text}
      placeholder={example(schema)}
      loading={query.isFetching}
      note={note}
      onOpen={() => setOpen(true)}
      onSearch={setSearch}
      onMore={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
      onText={(typed) => {
        setChosen(null);
        props.onChange((typed === "" ? undefined : parse(typed)) as never, props.fieldPathId.path);
      }}
      onChoose={(item) => {
        setChosen(item);
        props.onChange(item?.value as never, props.fieldPathId.path);
      }}
    />
  );
}
