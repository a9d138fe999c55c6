"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { MessageDetailOut } from "../../lib/contract/messageLog.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Content } from "../delivery/content.tsx";
import { Faults } from "../eventType/usage.tsx";
import { May } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { Badges } from "../ui/badges.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { FanOutTable } from "./fanOut.tsx";
import { sizeText } from "./messageList.tsx";
import { NotSentTo } from "./notSentTo.tsx";
import { Payload } from "./payload.tsx";
import { messageQuery, useExpungePayload } from "./queries.ts";

export function MessageDetail({ id }: { id: string }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(messageQuery(id));
  if (error !== null && data === undefined)
    return (
      <PageError noun="message" error={error} onRetry={() => void refetch()} back={{ href: path("/messages"), label: "All messages" }} />
    );
  if (data !== undefined) return <Loaded message={data} />;
  return (
    <div aria-busy="true">
      <PageHeader title={<Skeleton className="h-7 w-56" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
      <Skeleton className="mb-6 h-40 w-full" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

function Loaded({ message }: { message: MessageDetailOut }) {
  const path = useEnvironmentPath();
  const [open, setOpen] = useState(false);
  const application = nameOr(message.application.name, message.application.id);
  const expunge = useExpungePayload(message.application.id, message.id);
  return (
    <div className="space-y-6">
      <div>
        <PageHeader
          tab={`${message.eventType} for ${application}`}
          title={<span className="font-mono text-lg">{message.eventType}</span>}
          lead={
            <span className="flex flex-wrap items-center gap-x-3">
              <Link className="underline underline-offset-2" href={path(`/applications/${message.application.id}`)}>
                {application}
              </Link>
              <Time at={message.timestamp} interactive />
            </span>
          }
        />
        <KeyValues
          facts={{
            Id: <Id id={message.id} copy label="message id" />,
            eventId: message.eventId === null ? null : <code className="font-mono text-xs">{message.eventId}</code>,
            Channels: message.channels === null ? null : <Badges words={message.channels} />,
            Tags: message.tags === null ? null : <Badges words={message.tags} />,
            Metadata:
              message.metadata === undefined ? null : (
                <Badges words={Object.entries(message.metadata).map(([name, value]) => `${name}: ${value}`)} />
              ),
            "Ordering key": message.orderingKey === undefined ? null : <code className="font-mono text-xs">{message.orderingKey}</code>,
            "Delivered from": message.deliverAt === null ? null : <Time at={message.deliverAt} ahead interactive />,
            Payload: `${sizeText(message.payloadBytes)}, ${message.contentType}`,
            "Payload kept until": message.payloadExpiresAt === null ? null : <Time at={message.payloadExpiresAt} ahead interactive />,
          }}
        />
      </div>
      {message.violation !== null && (
        <Alert tone="warn" title={`The payload does not fit version ${message.violation.schemaVersion} of the event type’s schema`}>
          <Faults faults={message.violation.faults} />
        </Alert>
      )}
      {message.otherRequests !== null && (
        <Alert tone="warn" title="Its Idempotency-Key was used again with another body">
          {message.otherRequests.count === 1 ? "That request" : `Those ${message.otherRequests.count} requests`} got this message’s answer
          and
          {message.otherRequests.count === 1 ? " was" : " were"} not sent, the last <Time at={message.otherRequests.lastAt} />. Whoever
          means another message needs another key.
        </Alert>
      )}
      {message.unjudgedBy.length > 0 && (
        <Alert tone="warn" title="It is too large for all the filters of its application">
          Filters together look at so much of a message and no more.{" "}
          {message.unjudgedBy.length === 1
            ? "One endpoint gets it whatever its filter says"
            : `${message.unjudgedBy.length} endpoints get it whatever their filters say`}
          , as they are now.
        </Alert>
      )}
      <FanOutTable messageId={message.id} applicationId={message.application.id} />
      <NotSentTo message={message} />
      <section aria-labelledby="payload">
        <h2 id="payload" className="mb-2 text-lg font-semibold">
          Payload
        </h2>
        {message.payloadBase64 === null ? (
          <Payload text={message.payload} />
        ) : (
          <Content
            label={message.contentType}
            {...(message.contentEncoding === null ? {} : { note: message.contentEncoding })}
            text={message.payload}
            base64={message.payloadBase64}
            none=""
            fileName={message.id}
          />
        )}
        {(message.payload !== null || message.payloadBase64 !== null) && (
          <May least="member">
            <Button variant="quiet" size="small" className="mt-2" onClick={() => setOpen(true)}>
              Delete payload…
            </Button>
          </May>
        )}
      </section>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Delete payload"
        typed="delete"
        onConfirm={async () => {
          await expunge.mutateAsync();
          toast.good("Payload deleted");
        }}
      >
        <p>The record of the message stays. What is still to be sent of it fails, and it can’t be sent again.</p>
      </ConfirmDialog>
    </div>
  );
}
