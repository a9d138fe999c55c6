"use client";

import { duration } from "../delivery/format.ts";
import type { ReplayElsewhereOut } from "../../lib/contract/sourceTools.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { useReplayElsewhere } from "./queries.ts";

/** The same request at another URL, and how its answer differs. */
export function Replay({ id }: { id: string }) {
  const replay = useReplayElsewhere(id);
  const form = useApiForm({
    initial: { url: "", against: "" },
    title: "The request was not replayed",
    check: ({ url }) => (url.trim() === "" ? { url: "Enter the URL of the target" } : {}),
    save: ({ url, against }) => replay.mutateAsync({ url: url.trim(), against: against.trim() === "" ? null : against.trim() }),
  });
  return (
    <section aria-labelledby="replay">
      <h2 id="replay" className="mb-1 font-semibold">
        Replay to another target
      </h2>
      <p className="mb-3 text-sm text-ink-muted">
        The same method, headers and bytes, without the provider’s credentials. Nothing of it is recorded.
      </p>
      <Form form={form} className="grid max-w-2xl gap-4 sm:grid-cols-2 [&>[data-faults]]:col-span-full">
        <TextField name="url" label="Target URL" type="url" placeholder="https://staging.example.com/hooks" />
        <TextField name="against" label="Compare with" type="url" placeholder="The last attempt at an endpoint" />
        <div className="sm:col-span-2">
          <Button type="submit" variant="secondary" pending={form.isSubmitting}>
            Replay request
          </Button>
        </div>
      </Form>
      <div className="mt-3 space-y-3" aria-live="polite">
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
    {status === null ? `did not answer: ${error ?? "no reason"}` : `answered ${status} in ${duration(durationMs)}`}
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
