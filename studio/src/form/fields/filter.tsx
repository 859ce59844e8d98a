/** Conditions on fields: rows of field, operator and value, joined by all, any or none. */

import type { FieldProps } from "@rjsf/utils";
import { JsonField } from "./scalar";

export function FilterField(props: FieldProps) {
  return <JsonField {...props} />;
}
