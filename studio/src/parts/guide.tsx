/** A method's setup guide, with the redirect URL filled in, for the product that is chosen. */

import { useQuery } from "@tanstack/react-query";
import Markdown from "markdown-to-jsx";
import { useState } from "react";
import { guide } from "../api/queries";
import type { AuthMethod } from "../api/types";
import { ErrorNotice, Skeleton } from "./basics";

const OPTIONS = {
  disableParsingRawHTML: true, // a guide is text: what looks like HTML in it stays text
  forceBlock: true,
  overrides: { a: { props: { target: "_blank", rel: "noreferrer noopener" } } },
};

export default function Guide({ connector, method }: { connector: string; method: AuthMethod }) {
  const [variant, setVariant] = useState("");
  const known = method.guides.some((each) => each.name === variant) ? variant : "";
  const { data, error } = useQuery(guide(connector, method.name, known));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long guide is scrolled by keyboard
    <aside className="panel pad" aria-label="Setup guide" tabIndex={0}>
      <div className="guide">
        {method.guides.length > 0 && (
          <div className="field">
            <label htmlFor="guide-variant">Set up for</label>
            <select id="guide-variant" value={known} onChange={(event) => setVariant(event.target.value)}>
              <option value="">Any product</option>
              {method.guides.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.title}
                </option>
              ))}
            </select>
          </div>
        )}
        {error && <ErrorNotice error={error} />}
        {!data && !error && <Skeleton lines={8} />}
        {data && <Markdown options={OPTIONS}>{data.markdown}</Markdown>}
      </div>
    </aside>
  );
}
