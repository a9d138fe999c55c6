"use client";

import { Link } from "../ui/link.tsx";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Form } from "../form/form.tsx";
import { prettyJson } from "../form/prettyJson.ts";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { VerdictStatus } from "../receivedRequest/verdict.tsx";
import { Button } from "../ui/button.tsx";
import { useSendTest } from "./queries.ts";
import { senderWords } from "./senderWords.ts";

export function SendTest({ source, provider }: { source: SourceOut; provider: SourceProviderOut }) {
  const path = useEnvironmentPath();
  const shown = prettyJson(provider.sample.body);
  const { contentType } = provider.sample;
  const test = useSendTest(source.id);
  const form = useApiForm({
    initial: { body: shown },
    title: "The test was not sent",
    check: () => ({}),
    // Left as it is, the sample goes out as the provider writes it, with an id of its own each time.
    save: ({ body }) => test.mutateAsync(body === shown ? {} : { body, contentType }),
  });
  const sent = test.data;
  const words = senderWords(provider);
  if (!provider.canSignTests) return <p className="text-sm text-ink-muted">{words.onlyTheySign}</p>;
  return (
    <Form form={form} className="max-w-2xl space-y-3">
      <TextArea
        label={`Body, ${contentType}`}
        rows={6}
        value={form.draft.body}
        error={form.faults["body"]}
        onChange={(event) => form.set({ body: event.target.value })}
      />
      <Button type="submit" variant="secondary" pending={form.isSubmitting}>
        {words.sendTest}
      </Button>
      {sent && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" aria-live="polite">
          {sent.verdict !== null && <VerdictStatus verdict={sent.verdict} />}
          <span>Answered {sent.status}</span>
          {sent.receivedRequestId !== null && (
            <Link className="underline underline-offset-2" href={path(`/sources/${source.id}/${sent.receivedRequestId}`)}>
              Open the request
            </Link>
          )}
          {sent.messageId !== null && (
            <Link className="underline underline-offset-2" href={path(`/messages/${sent.messageId}`)}>
              Open the message
            </Link>
          )}
        </p>
      )}
    </Form>
  );
}
