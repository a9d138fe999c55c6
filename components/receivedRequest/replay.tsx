"use client";

import { useState, type FormEvent } from "react";
import type { ReplayElsewhereOut } from "../../lib/contract/sourceTools.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { useReplayElsewhere } from "./queries.ts";

/** The same request at another URL, and how its answer differs. */
export function Replay({ id }: { id: string }) {
  const [url, setUrl] = useState("");
  const [against, setAgainst] = useState("");
  const replay = useReplayElsewhere(id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!replay.isPending && url.trim() !== "") replay.mutate({ url: url.trim(), against: against.trim() === "" ? null : against.trim() });
  };
  return (
    <section aria-labelledby="replay">
      <h2 id="replay" className="mb-1 font-semibold">
        Replay to another target
      </h2>
      <p className="mb-3 text-sm text-ink-muted">
        The same method, headers and bytes, without the provider’s credentials. Nothing of it is recorded.
      </p>
      <form onSubmit={submit} noValidate className="grid max-w-2xl gap-4 sm:grid-cols-2">
        <Field
          label="Target URL"
          type="url"
          placeholder="https://staging.example.com/hooks"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Field
          label="Compare with"
          type="url"
          placeholder="The last attempt at an endpoint"
          value={against}
          onChange={(event) => setAgainst(event.target.value)}
        />
        <div className="sm:col-span-2">
          <Button type="submit" variant="secondary" pending={replay.isPending}>
            Replay request
          </Button>
        </div>
      </form>
      <div className="mt-3 space-y-3" aria-live="polite">
        {replay.error && <Alert tone="bad" live title={replay.error.message} />}
        {replay.data && <Answers answers={replay.data} />}
      </div>
    </section>
  );
}

type Answer = ReplayElsewhereOut["response"];

function Answers({ answers: { response, comparedWith, differences } }: { answers: ReplayElsewhereOut }) {
  return (
    <>
      <p className="text-sm">
        <Told answer={response} />
        {comparedWith === null ? (
          <span className="text-ink-muted">. There is nothing to compare it with.</span>
        ) : (
          <>
            {"; "}
            <Told answer={comparedWith} />
          </>
        )}
      </p>
      {comparedWith !== null && <Differences differences={differences} />}
    </>
  );
}

const Told = ({ answer: { url, status, error, durationMs } }: { answer: Answer }) => (
  <>
    <code className="font-mono text-xs wrap-anywhere">{url}</code>{" "}
    {status === null ? `did not answer: ${error ?? "no reason"}` : `answered ${status} in ${durationMs} ms`}
  </>
);

/** The differences of two answers: of the other one what went, of this one what came. */
function Differences({ differences }: Pick<ReplayElsewhereOut, "differences">) {
  if (differences.length === 0) return <p className="text-sm font-medium">The answers are the same.</p>;
  return (
    <dl className="divide-y divide-line rounded-md border border-line bg-surface text-sm">
      {differences.map(({ what, value, otherValue }) => (
        <div key={what} className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[10rem_1fr_1fr]">
          <dt className="text-ink-muted wrap-anywhere">{what}</dt>
          <dd className="min-w-0 rounded-sm bg-bad-wash px-2 py-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            <span className="sr-only">other: </span>− {otherValue ?? "not there"}
          </dd>
          <dd className="min-w-0 rounded-sm bg-good-wash px-2 py-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            <span className="sr-only">this: </span>+ {value ?? "not there"}
          </dd>
        </div>
      ))}
    </dl>
  );
}
