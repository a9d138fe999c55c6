"use client";

import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { prettyJson } from "../form/prettyJson.ts";
import { TextArea } from "../form/textArea.tsx";
import { VerdictStatus } from "../receivedRequest/verdict.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { useSendTest } from "./queries.ts";
import { senderWords } from "./senderWords.ts";

export function SendTest({ source, provider }: { source: SourceOut; provider: SourceProviderOut }) {
  const path = useEnvironmentPath();
  const shown = prettyJson(provider.sample.body);
  const [body, setBody] = useState(shown);
  const { contentType } = provider.sample;
  const test = useSendTest(source.id);
  const sent = test.data;
  const words = senderWords(provider);
  if (!provider.canSignTests) return <p className="text-sm text-ink-muted">{words.onlyTheySign}</p>;
  return (
    <div className="max-w-2xl space-y-3">
      <TextArea label={`Body, ${contentType}`} rows={6} value={body} onChange={(event) => setBody(event.target.value)} />
      {/* Left as it is, the sample goes out as the provider writes it, with an id of its own each time. */}
      <Button variant="secondary" pending={test.isPending} onClick={() => test.mutate(body === shown ? {} : { body, contentType })}>
        {words.sendTest}
      </Button>
      {test.error && <Alert tone="bad" live title={test.error.message} />}
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
    </div>
  );
}
