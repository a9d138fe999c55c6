/** What is said of a transformation, by whose it is. */
import type { CodeOwner } from "./queries.ts";

type Words = {
  example: string;
  codeHelp: string;
  none: string;
  ready: string;
  cancelled: string;
  failed: string;
  tryLead: string;
  compareTitle: string;
  compareLead: string;
  nothingToCompare: string;
  rollBack: string;
};

export const words: Record<CodeOwner["kind"], Words> = {
  endpoint: {
    example: `/**
 * webhook.method     "POST" or "PUT"
 * webhook.url        where it goes
 * webhook.headers    null removes one
 * webhook.payload    JSON; forms and XML as objects; else text, sent as it is
 * webhook.payloadEncoding  "base64" where the payload is bytes
 * webhook.eventType
 * webhook.cancel     true: nothing is sent
 */
function handler(webhook) {
  return webhook;
}
`,
    codeHelp:
      "JavaScript without network, files or modules; at most half a second and 64 MB. It runs again on the stored payload at each retry.",
    none: "No transformation yet: payloads are sent as they were stored.",
    ready: "Would be sent",
    cancelled: "Cancelled: nothing would be sent",
    failed: "Failed: the attempt would fail, and be retried",
    tryLead: "Nothing is sent. What would be sent shows here.",
    compareTitle: "On the last messages",
    compareLead: "What the code in the editor would make of them, beside what is sent today.",
    nothingToCompare: "No message that this endpoint asks for has its payload still.",
    rollBack: "It counts from the next attempt on, retries included. Whether the transformation is enabled stays.",
  },
  poller: {
    example: `/**
 * webhook.payload    JSON; forms and XML as objects; else text
 * webhook.payloadEncoding  "base64" where the payload is bytes
 * webhook.eventType
 * webhook.headers    given beside the message
 * webhook.cancel     true: it is left out
 */
function handler(webhook) {
  return webhook;
}
`,
    codeHelp: "JavaScript without network, files or modules; at most half a second and 64 MB. It runs on each message that is asked for.",
    none: "No transformation yet: messages are given as they were stored.",
    ready: "Would be given",
    cancelled: "Cancelled: the message would be left out",
    failed: "Failed: neither it nor what follows would be given until the code is corrected",
    tryLead: "Nothing is given. What would be given shows here.",
    compareTitle: "On the last messages",
    compareLead: "What the code in the editor would make of them, beside what is given today.",
    nothingToCompare: "No message has its payload still.",
    rollBack: "It counts from the next time on that messages are asked for.",
  },
  source: {
    example: `/**
 * webhook.payload    JSON; forms and XML as objects; else text
 * webhook.payloadEncoding  "base64" where the payload is bytes
 * webhook.eventType
 * webhook.cancel     true: no message is made, the request is filtered
 * To be read: webhook.method, webhook.url, webhook.headers
 */
function handler(webhook) {
  return webhook;
}
`,
    codeHelp:
      "JavaScript without network, files or modules; at most half a second and 64 MB. It runs once a request, after the provider was answered.",
    none: "No transformation yet: messages are what came, byte for byte.",
    ready: "Would become this message",
    cancelled: "Cancelled: the request would be filtered",
    failed: "Failed: the request would be rejected, and kept",
    tryLead: "No message is made. What it would say shows here.",
    compareTitle: "On the last requests",
    compareLead: "What the code in the editor would make of them, beside what becomes of them today.",
    nothingToCompare: "No request of this source has its body still.",
    rollBack: "It counts from the next request on. Whether the transformation is enabled stays.",
  },
};
