"use client";

import { Link } from "../ui/link.tsx";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { nameOr } from "../../lib/words/nameOr.ts";
import { usePortal, useSender } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Badge } from "../ui/badge.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { later, laterWhenIdle } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { Attempts } from "./attempts.tsx";
import { causeOf, outlookOf, outlookWords, saidOf, spokenBy } from "./cause.ts";
import { Payload } from "./payload.tsx";

const Verification = later(
  () => import("./verification.tsx").then((module) => module.Verification),
  <Skeleton className="h-6 w-72 max-w-full" />,
);

const SummaryCopy = laterWhenIdle(() => import("./summaryCopy.tsx").then((module) => module.SummaryCopy));

type DeliveryBodyProps = { delivery: DeliveryDetailOut; base: string; /** One column, whatever the window's width. */ narrow?: boolean };

/** All that happened to a delivery, and what was sent. */
export function DeliveryBody({ delivery, base, narrow = false }: DeliveryBodyProps) {
  return (
    <>
      <Cause delivery={delivery} />
      <div className={`grid grid-cols-[minmax(0,1fr)] gap-8 ${narrow ? "" : "lg:grid-cols-[minmax(0,1fr)_20rem]"}`}>
        <div className="min-w-0 space-y-8">
          <Attempts delivery={delivery}>
            <Payload message={delivery.message} />
          </Attempts>
          <Verification signature={delivery.endpointSignature} />
        </div>
        <Facts delivery={delivery} base={base} />
      </div>
    </>
  );
}

/** Why the last attempt probably failed, and what helps. */
function Cause({ delivery }: { delivery: DeliveryDetailOut }) {
  const { status, lastStatusCode: statusCode, lastErrorClass: errorClass } = delivery;
  const [last] = delivery.attempts;
  const said = status === "succeeded" || last === undefined ? null : saidOf(last);
  const sender = useSender();
  const found = status === "succeeded" ? null : causeOf({ statusCode, errorClass, attempt: last });
  const cause = found && spokenBy(sender, found);
  const isOff = delivery.endpointDeleted || delivery.endpointDisabled;
  if (cause === null && !isOff) return null;
  return (
    <div className="mb-6 space-y-3">
      {cause !== null && (
        <Alert tone={delivery.status === "pending" ? "warn" : "bad"} title={cause.cause}>
          {said !== null && (
            <p className="my-1 text-ink">
              {said.by} <code className="font-mono text-xs wrap-anywhere">{said.text}</code>
            </p>
          )}
          {cause.fix} {outlookWords[outlookOf(delivery)]}
        </Alert>
      )}
      {isOff && (
        <Alert
          tone="info"
          title={`The ${delivery.applicationDeleted ? "application was deleted" : delivery.endpointDeleted ? "endpoint was deleted" : "endpoint is disabled"}`}
        >
          {delivery.endpointDeleted ? "Nothing more is sent to it." : "Nothing is sent to it by itself until it is enabled again."}
        </Alert>
      )}
    </div>
  );
}

function Facts({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) {
  const { message } = delivery;
  const isPortal = usePortal() !== null;
  const applicationName = nameOr(delivery.applicationName, delivery.applicationId);
  const filtered = (filter: string) => (value: string) => `${base}/deliveries?${filter}=${encodeURIComponent(value)}`;
  return (
    <section aria-labelledby="facts">
      <div className="mb-2 flex min-h-7 items-center justify-between gap-2 max-sm:min-h-9">
        <h2 id="facts" className="font-semibold">
          Delivery
        </h2>
        <SummaryCopy delivery={delivery} href={`${base}/deliveries/${delivery.messageId}/${delivery.endpointId}`} />
      </div>
      <KeyValues
        facts={{
          // The portal shows messages by their deliveries alone.
          Message: (
            <Linked
              id={delivery.messageId}
              label="message id"
              href={isPortal || delivery.applicationDeleted ? null : `${base}/messages/${delivery.messageId}`}
            />
          ),
          "Event id": delivery.eventId === null ? null : <Id id={delivery.eventId} copy label="event id" />,
          Endpoint: (
            <Linked
              id={delivery.endpointId}
              label="endpoint id"
              href={delivery.endpointDeleted ? null : `${base}/endpoints/${delivery.applicationId}/${delivery.endpointId}`}
            />
          ),
          URL: <span className="font-mono text-xs">{delivery.endpointUrl}</span>,
          Application: delivery.applicationDeleted ? (
            applicationName
          ) : (
            <Link href={`${base}/deliveries?application_id=${delivery.applicationId}`} className="underline underline-offset-4">
              {applicationName}
            </Link>
          ),
          Accepted: <Time at={delivery.createdAt} interactive />,
          "Not before": message.deliverAt === null ? null : <Time at={message.deliverAt} ahead interactive />,
          Succeeded: delivery.succeededAt === null ? null : <Time at={delivery.succeededAt} interactive />,
          "Next try": delivery.waitsForTurn ? (
            "When what was accepted before it has ended"
          ) : delivery.nextAttemptAt === null ? null : (
            <Time at={delivery.nextAttemptAt} ahead interactive />
          ),
          Tries: `${delivery.attemptCount}, of them ${delivery.scheduledCount} of ${delivery.maxAttempts} scheduled`,
          "Resends waiting": delivery.manualQueued || null,
          Channels: message.channels.length === 0 ? null : <Badges names={message.channels} hrefOf={filtered("channel")} />,
          Tags: message.tags.length === 0 ? null : <Badges names={message.tags} hrefOf={filtered("tag")} />,
        }}
      />
    </section>
  );
}

/** An id that leads to what it names. `href` null: nowhere. */
const Linked = ({ id, label, href }: { id: string; label: string; href: string | null }) =>
  href === null ? (
    <Id id={id} copy label={label} />
  ) : (
    <span className="inline-flex items-center gap-2">
      <Link href={href} className="underline underline-offset-4">
        <Id id={id} />
      </Link>
      <CopyButton text={id} label={label} />
    </span>
  );

/** Each leads to what has it, too. */
const Badges = ({ names, hrefOf }: { names: string[]; hrefOf: (name: string) => string }) => (
  <span className="flex flex-wrap gap-1">
    {names.map((name) => (
      <Link key={name} href={hrefOf(name)} className="min-w-0 rounded-sm hover:underline">
        <Badge mono>{name}</Badge>
      </Link>
    ))}
  </span>
);
