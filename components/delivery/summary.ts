/** A delivery told in plain text, for a ticket or a mail: whoever reads it needs no access, and nothing of the payload is in it. */
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { errorWords } from "../../lib/words/errorClass.ts";
import { nameOr } from "../../lib/words/nameOr.ts";
import { causeOf, outlookOf, outlookWords, saidOf, spokenBy } from "./cause.ts";
import type { Attempt } from "./difference.ts";
import { duration } from "./format.ts";
import { shownStatus, statusWords } from "./words.ts";

/** `sender`: who sends, as the reader knows them. `url`: of the delivery's page. */
type Told = { sender: string; isPortal: boolean; url: string };

const toldAttempts = 5;

export function summaryOf(delivery: DeliveryDetailOut, { sender, isPortal, url }: Told): string {
  const { messageId, eventId, endpointId, applicationId, attempts, createdAt, nextAttemptAt, succeededAt } = delivery;
  const earlier = delivery.attemptCount - Math.min(attempts.length, toldAttempts);
  return [
    `${delivery.eventType} to ${delivery.endpointUrl}: ${statusWords[shownStatus(delivery)].toLowerCase()}`,
    "",
    `Message: ${messageId}${eventId === null ? "" : ` (${eventId})`}`,
    `Endpoint: ${endpointId}`,
    ...(isPortal ? [] : [`Application: ${nameOr(delivery.applicationName, applicationId)} (${applicationId})`]),
    `Accepted: ${createdAt}`,
    ...(earlier > 0 ? [`Attempts before: ${earlier}`] : []),
    ...attempts.slice(0, toldAttempts).toReversed().map(attemptLine),
    ...(succeededAt === null ? [] : [`Succeeded: ${succeededAt}`]),
    ...(nextAttemptAt === null ? [] : [`Next try: ${nextAttemptAt}`]),
    ...causeLines(delivery, sender),
    "",
    url,
  ].join("\n");
}

const attemptLine = ({ id, attemptNumber, startedAt, durationMs, responseStatusCode, errorClass }: Attempt): string => {
  const answer = responseStatusCode > 0 ? String(responseStatusCode) : errorClass === null ? "no answer" : errorWords[errorClass];
  return `Attempt ${attemptNumber}: ${startedAt}, ${answer} after ${duration(durationMs)} (${id})`;
};

function causeLines(delivery: DeliveryDetailOut, sender: string): string[] {
  const { status, lastStatusCode: statusCode, lastErrorClass: errorClass } = delivery;
  const [last] = delivery.attempts;
  const found = status === "succeeded" ? null : causeOf({ statusCode, errorClass, attempt: last });
  if (found === null) return [];
  const { cause, fix } = spokenBy(sender, found);
  const said = last === undefined ? null : saidOf(last);
  return [
    "",
    `Likely cause: ${cause}`,
    `${fix} ${outlookWords[outlookOf(delivery)]}`.trim(),
    ...(said === null ? [] : [`${said.by} ${said.text}`]),
  ];
}
