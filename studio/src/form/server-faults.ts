/** The fields that an error of the API blames. */

import { Problem } from "../api/client";
import { pathOfJsonPath, type Fault } from "./validation";

export function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof Problem)) return [];
  const text = error.message.replace(error.remedy, "").trim();
  return (error.body.fields ?? [])
    .map(pathOfJsonPath)
    .filter((path) => path.length > 0)
    .map((path) => ({ path, message: [text, error.remedy].filter(Boolean).join(" "), missing: false }));
}
