/** What a form's fields know of where they stand. */

import type { OptionsPage, Schema } from "../api/types";

export interface FormContext {
  /** The whole schema, for references. */
  root: Schema;
  /** The whole data, for options that depend on what is chosen elsewhere. */
  data: Record<string, unknown>;
  /** Gives a page of choices; none where no connection is. */
  options:
    | ((source: string, inputs: Record<string, unknown>, search: string, page: string | null) => Promise<OptionsPage>)
    | null;
  /** Something under which choices may be remembered. */
  optionsKey: string;
  /** May a field hold an engine's expression? */
  expressions: boolean;
  /** Fields that somebody added by search, as JSON paths. */
  added: ReadonlySet<string>;
  add: (path: (string | number)[], name: string) => void;
  /** Properties that are not rendered, by the JSON path of their object. */
  rest: Map<string, Record<string, Schema>>;
  /** Fields that are filled in from elsewhere, such as an app profile. */
  hints: Record<string, string>;
}

export const keyOf = (path: readonly (string | number)[]) => JSON.stringify(path);
