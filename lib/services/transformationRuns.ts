/** Transformations tried out: nothing is sent, nothing changes. */
import type { Actor } from "../actor.ts";
import type { TransformationCompareIn, TransformationResult, TransformationTestIn } from "../contract/transformation.ts";
import type { EndpointSnapshot } from "../db/applications.ts";
import { AppError, invalid, notFound } from "../errors.ts";
import { type Code, type Subject, transform } from "../sandbox/transform.ts";
import { isSensitiveHeader } from "../webhooks/headers.ts";
import { matches } from "../webhooks/matching.ts";
import { subjectOf } from "../webhooks/filterSubject.ts";
import { isExpired } from "./messageContent.ts";
import { findMessage } from "./messages.ts";
import { type RecentMessage, recentMessages } from "./recentMessages.ts";
import { type Scope, endpointOf } from "./scope.ts";
import { noSandbox, savedCode } from "./transformations.ts";

type Content = Pick<Subject, "eventType" | "payload" | "contentType">;

/** `bytes`: the payload as it stands in the request. */
export async function test(
  actor: Actor,
  applicationIdOrUid: string,
  endpointIdOrUid: string,
  input: TransformationTestIn,
  bytes: Buffer | null,
): Promise<TransformationResult> {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const code = await codeOf(scope, input);
  const content = input.messageId ? await storedContent(scope, input.messageId) : givenContent(input, bytes);
  return run(code, snapshotOf(scope), content);
}

/** Messages that are looked through for those that the endpoint asks for. */
const lookedThrough = 500;

/** Code that takes all its time is not run on every message. */
const comparingMs = 10_000;

export async function compare(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: TransformationCompareIn) {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const [after, before] = [await codeOf(scope, input), scope.endpoint.transformationEnabled ? await savedCode(scope.endpoint) : null];
  const endpoint = snapshotOf(scope);
  const found: (RecentMessage & { payload: Buffer })[] = [];
  for await (const message of recentMessages(scope.application.id, lookedThrough)) {
    const { payload } = message;
    if (payload === null || !matches(endpoint, message, () => subjectOf({ ...message, payload }))) continue;
    found.push({ ...message, payload });
    if (found.length === input.limit) break;
  }
  const data = [];
  const startedMs = performance.now();
  for (const message of found) {
    if (performance.now() - startedMs > comparingMs) break;
    const [old, made] = [await run(before, endpoint, message), await run(after, endpoint, message)];
    const different = old.status !== made.status || JSON.stringify(old.request) !== JSON.stringify(made.request);
    data.push({ messageId: message.id, eventType: message.eventType, timestamp: message.createdAt, different, before: old, after: made });
  }
  return { data };
}

async function codeOf({ endpoint }: Scope, { code, variables }: Pick<TransformationTestIn, "code" | "variables">): Promise<Code> {
  const saved = await savedCode(endpoint);
  const chosen = code ?? saved?.code;
  if (chosen === undefined) throw invalid(["body", "code"], "The endpoint has no transformation yet: give code");
  return { code: chosen, variables: variables ?? saved?.variables ?? {} };
}

function snapshotOf({ application, endpoint: { id } }: Scope): EndpointSnapshot {
  const found = application.endpoints.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw notFound("Endpoint not found");
  return found;
}

function givenContent({ eventType, payload }: TransformationTestIn, bytes: Buffer | null): Content {
  if (!payload || bytes === null) throw invalid(["body", "payload"], "Give payload, or messageId");
  return { eventType: eventType ?? "example", payload: bytes, contentType: null };
}

async function storedContent({ application }: Scope, messageId: string): Promise<Content> {
  const { eventType, payload, contentType, payloadExpiresAt } = await findMessage(application, messageId, true);
  if (payload === null || isExpired(payloadExpiresAt)) throw new AppError("bad_request", "The message's payload has been deleted");
  return { eventType, payload, contentType };
}

/** Without code: as the message is. */
async function run(code: Code | null, endpoint: EndpointSnapshot, content: Content): Promise<TransformationResult> {
  const { id: owner, url, headers } = endpoint;
  const { eventType, payload, contentType } = content;
  const subject = { owner, url, headers, eventType, payload, contentType };
  const made = code === null ? untouched(subject) : await transform(code, subject);
  if (made.kind === "unavailable") throw noSandbox();
  const { logs, durationMs } = made;
  const told = { error: null, request: null, logs, durationMs: Math.round(durationMs) };
  switch (made.kind) {
    case "cancelled":
      return { ...told, status: "cancelled" };
    case "failed":
      return { ...told, status: "failed", error: made.message };
    case "ready": {
      const named = Object.entries(made.headers);
      const own = named.find(([name]) => name.toLowerCase() === "content-type")?.[1];
      const shown = Object.fromEntries(named.filter(([name]) => !isSensitiveHeader(name) && name.toLowerCase() !== "content-type"));
      const text = { contentType: own ?? made.contentType ?? "application/json", payload: made.payload.toString() };
      return {
        ...told,
        status: "ready",
        request: { method: made.method, url: made.url, headers: shown, eventType: made.eventType, ...text },
      };
    }
  }
}

const untouched = (subject: Subject & { url: string }) => ({
  kind: "ready" as const,
  method: "POST" as const,
  ...subject,
  logs: [],
  durationMs: 0,
});
