/** Starts a sandbox in one click and adds its sample connections. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call, path, stream } from "../api/client";
import { manifest, sandbox, samples } from "../api/queries";
import type { Sample, Sandbox } from "../api/types";
import { ErrorNotice, Skeleton } from "../parts/basics";
import { signIn, type SignInRequest } from "../parts/sign-in";

export function StartSandbox({ name }: { name: string }) {
  const { data, error } = useQuery(sandbox(name));
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => call<Sandbox>("POST", path("sandboxes", name, "start")),
    onSuccess: (started) => {
      client.setQueryData(["sandbox", name], started);
      return client.invalidateQueries({ queryKey: ["samples", name] });
    },
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data)
    return (
      <div className="panel pad">
        <Skeleton />
      </div>
    );
  if (!data.running) {
    return (
      <div className="panel empty">
        <h2>Nothing is connected yet</h2>
        <p>{`Begin without an account: ${data.title} is ${lowered(data.description)}`}</p>
        <div className="row">
          <button type="button" className="button main" onClick={() => start.mutate()} disabled={start.isPending}>
            {start.isPending && <span className="spinner" />}
            {`Start the ${data.title.toLowerCase()}`}
          </button>
          <Link href="/connections/new" className="button">
            Connect your own
          </Link>
        </div>
        {start.error && <ErrorNotice error={start.error} />}
      </div>
    );
  }
  return <Samples sandboxName={name} title={data.title} connector={data.connector} />;
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** The connections that products set up, each added in one click. */
export function Samples({
  sandboxName,
  title,
  connector,
  onlyNew = false,
}: {
  sandboxName: string;
  title: string;
  connector: string;
  onlyNew?: boolean;
}) {
  const { data, error } = useQuery(samples(sandboxName));
  const methods = useQuery(manifest(connector)).data?.methods ?? [];
  if (error) return <ErrorNotice error={error} />;
  return (
    <section className="panel" aria-label="Sample connections">
      <div className="head">
        <h2>Sample connections</h2>
        <span className="muted small">{`How five products connect, on the ${title.toLowerCase()}`}</span>
      </div>
      {!data && (
        <div className="pad">
          <Skeleton lines={5} />
        </div>
      )}
      <table className="list">
        <tbody>
          {data
            ?.filter((each) => !onlyNew || !each.exists)
            .map((each) => (
              <SampleRow
                key={each.name}
                sample={each}
                sandboxName={sandboxName}
                method={methods.find((method) => method.name === each.method)?.title ?? each.method}
              />
            ))}
        </tbody>
      </table>
    </section>
  );
}

function SampleRow({ sample, sandboxName, method }: { sample: Sample; sandboxName: string; method: string }) {
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const add = useMutation({
    mutationFn: async () => {
      setError(null);
      // The window must be opened by the click itself; what it is to show comes after.
      const popup = sample.interactive ? window.open("", "connector-sign-in", "popup,width=560,height=720") : null;
      try {
        const { sign_in } = await call<{ sign_in: SignInRequest | null }>(
          "POST",
          path("sandboxes", sandboxName, "samples", sample.name),
        );
        if (sign_in) await signIn(sign_in);
        else popup?.close();
        // Tested at once, so that the list says whether it works; the page need not wait.
        void stream(path("connections", sample.name, "test"), {}, () => {})
          .catch(() => {})
          .finally(() => client.invalidateQueries({ queryKey: ["connections"] }));
      } catch (problem) {
        popup?.close();
        throw problem;
      }
    },
    onError: setError,
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["samples"] });
      await client.invalidateQueries({ queryKey: ["connections"] });
    },
  });
  return (
    <tr>
      <td>
        <b>{sample.title}</b>
        <small>{sample.summary}</small>
        {error !== null && <ErrorNotice error={error} />}
      </td>
      <td className="nowrap">{method}</td>
      <td className="nowrap number">
        {sample.exists ? (
          <Link href={`/connections/${sample.name}`}>Open {sample.name}</Link>
        ) : (
          <button
            type="button"
            className="button"
            disabled={add.isPending}
            onClick={() => add.mutate()}
            aria-label={`${sample.interactive ? "Sign in" : "Add"}: ${sample.title}`}
          >
            {add.isPending && <span className="spinner" />}
            {sample.interactive ? "Sign in" : "Add"}
          </button>
        )}
      </td>
    </tr>
  );
}
