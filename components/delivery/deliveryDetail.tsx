"use client";

import { Ban, ChevronLeft, ChevronRight, Send } from "lucide-react";
import Link from "next/link";
import { useParams, useRouter } from "next/navigation";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { Alert } from "../ui/alert.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button, buttonLook } from "../ui/button.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { useShortcut } from "../ui/shortcuts.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { Attempts } from "./attempts.tsx";
import { causeOf } from "./cause.ts";
import { shortUrl } from "./format.ts";
import { Payload } from "./payload.tsx";
import { useCancelRetry, useDelivery, useResend } from "./queries.ts";
import { DeliveryStatus } from "./status.tsx";
import { Verification } from "./verification.tsx";

type Address = { organization: string; environment: string; messageId: string; endpointId: string };

/** One delivery with all that happened to it. */
export function DeliveryDetail() {
  const { organization, environment, messageId, endpointId } = useParams<Address>();
  const base = `/${organization}/${environment}`;
  const { data, error, refetch } = useDelivery({ messageId, endpointId });
  if (data !== undefined) return <Detail delivery={data} base={base} />;
  if (error !== null) return <ErrorState what="The delivery" error={error} onRetry={() => void refetch()} />;
  return <Waiting />;
}

function Detail({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) {
  const resend = useResend();
  const cancel = useCancelRetry();
  const { messageId, endpointId, sending } = delivery;
  const send = () => sending || resend.mutate({ messageId, endpointId });
  useShortcut("r", "Resend the delivery", send);
  const canCancel = delivery.status === "pending" && !sending;
  return (
    <>
      <p className="mb-2 text-sm text-ink-muted">
        <Link href={`${base}/deliveries`} className="rounded-sm underline-offset-4 hover:underline">
          Deliveries
        </Link>
      </p>
      <PageHeader
        title={delivery.eventType}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <DeliveryStatus of={delivery} />
            <span className="min-w-0 font-mono text-xs wrap-anywhere">{shortUrl(delivery.endpointUrl)}</span>
          </span>
        }
        actions={
          <>
            <Neighbours delivery={delivery} base={base} />
            {canCancel && (
              <Button variant="secondary" pending={cancel.isPending} onClick={() => cancel.mutate({ messageId, endpointId })}>
                <Ban className="size-4" aria-hidden="true" />
                Cancel retry
              </Button>
            )}
            <Button pending={resend.isPending || sending} onClick={send}>
              <Send className="size-4" aria-hidden="true" />
              Resend delivery
            </Button>
          </>
        }
      />
      <Cause delivery={delivery} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-8">
          <Attempts delivery={delivery} />
          <Payload message={delivery.message} />
          <Verification signature={delivery.endpointSignature} />
        </div>
        <Facts delivery={delivery} base={base} />
      </div>
    </>
  );
}

/** Why the last attempt probably failed, and what helps. */
function Cause({ delivery }: { delivery: DeliveryDetailOut }) {
  const cause =
    delivery.status === "succeeded" ? null : causeOf({ statusCode: delivery.lastStatusCode, errorClass: delivery.lastErrorClass });
  const isOff = delivery.endpointDeleted || delivery.endpointDisabled;
  if (cause === null && !isOff) return null;
  return (
    <div className="mb-6 space-y-3">
      {cause !== null && (
        <Alert tone={delivery.status === "pending" ? "warn" : "bad"} title={cause.cause}>
          {cause.fix}
        </Alert>
      )}
      {isOff && (
        <Alert tone="info" title={delivery.endpointDeleted ? "The endpoint was deleted" : "The endpoint is disabled"}>
          {delivery.endpointDeleted ? "Nothing more is sent to it." : "Nothing is sent to it by itself until it is enabled again."}
        </Alert>
      )}
    </div>
  );
}

function Facts({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) {
  const { message } = delivery;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts" className="mb-2 font-semibold">
        Delivery
      </h2>
      <KeyValues
        facts={{
          Message: <Id id={delivery.messageId} copy label="message id" />,
          "Event id": delivery.eventId === null ? null : <Id id={delivery.eventId} copy label="event id" />,
          Endpoint: <Id id={delivery.endpointId} copy label="endpoint id" />,
          URL: <span className="font-mono text-xs">{delivery.endpointUrl}</span>,
          Application: (
            <Link href={`${base}/deliveries?application_id=${delivery.applicationId}`} className="underline underline-offset-4">
              {delivery.applicationName}
            </Link>
          ),
          Accepted: <Time at={delivery.createdAt} interactive />,
          "Not before": message.deliverAt === null ? null : <Time at={message.deliverAt} interactive />,
          Succeeded: delivery.succeededAt === null ? null : <Time at={delivery.succeededAt} interactive />,
          "Next try": delivery.waitsForTurn ? (
            "When what was accepted before it has ended"
          ) : delivery.nextAttemptAt === null ? null : (
            <Time at={delivery.nextAttemptAt} interactive />
          ),
          Tries: `${delivery.attemptCount}, of them ${delivery.scheduledCount} of ${delivery.maxAttempts} scheduled`,
          Waiting: delivery.manualQueued === 0 ? null : `${delivery.manualQueued} resends`,
          Channels: message.channels.length === 0 ? null : <Badges names={message.channels} />,
          Tags: message.tags.length === 0 ? null : <Badges names={message.tags} />,
        }}
      />
    </section>
  );
}

const Badges = ({ names }: { names: string[] }) => (
  <span className="flex flex-wrap gap-1">
    {names.map((name) => (
      <Badge key={name} mono>
        {name}
      </Badge>
    ))}
  </span>
);

/** The endpoint's delivery before and after: also with the arrow keys. */
function Neighbours({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) {
  const { olderMessageId, newerMessageId, endpointId } = delivery;
  const router = useRouter();
  const hrefOf = (messageId: string) => `${base}/deliveries/${messageId}/${endpointId}`;
  useShortcut("ArrowLeft", "The endpoint's delivery before", () => olderMessageId && router.push(hrefOf(olderMessageId)));
  useShortcut("ArrowRight", "The endpoint's next delivery", () => newerMessageId && router.push(hrefOf(newerMessageId)));
  return (
    <>
      {olderMessageId && (
        <Link
          href={hrefOf(olderMessageId)}
          prefetch={false}
          className={buttonLook("secondary")}
          aria-label="The endpoint's delivery before"
        >
          <ChevronLeft className="size-4" aria-hidden="true" />
        </Link>
      )}
      {newerMessageId && (
        <Link href={hrefOf(newerMessageId)} prefetch={false} className={buttonLook("secondary")} aria-label="The endpoint's next delivery">
          <ChevronRight className="size-4" aria-hidden="true" />
        </Link>
      )}
    </>
  );
}

const Waiting = () => (
  <div aria-busy="true">
    <p className="sr-only">Loading the delivery</p>
    <Skeleton className="mb-2 h-5 w-20" />
    <Skeleton className="mb-2 h-7 w-64" />
    <Skeleton className="mb-8 h-5 w-96 max-w-full" />
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Skeleton className="h-80 w-full" />
      <Skeleton className="h-80 w-full" />
    </div>
  </div>
);
