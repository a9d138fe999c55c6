/** Transformations of endpoints tried out: nothing is sent, nothing changes. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import type { Actor } from "../../actor.ts";
import type { TransformationCompareIn, TransformationResult, TransformationTestIn } from "../../contract/transformation.ts";
import type { EndpointSnapshot } from "../../db/applications.ts";
import { loadPayloads } from "../../db/sql/hot/payloads.ts";
import { env } from "../../env.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { type Code, type ReshapeResult, type Subject, type TransformResult, transform } from "../../sandbox/transform.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { matches } from "../../webhooks/matching.ts";
import { type Body, readBody } from "../../webhooks/body/body.ts";
import { shownPayload } from "../../webhooks/codePayload.ts";
import { messageSubject } from "../../webhooks/filterSubject.ts";
import { type MessageContent, messageBody } from "../../webhooks/messageBody.ts";
import { isExpired } from "../message/messageContent.ts";
import { findMessage } from "../message/messages.ts";
import { type RecentMessage, recentMessages } from "../../db/sql/log/recentMessages.ts";
import { type Scope, endpointOf } from "../shared/scope.ts";
import { ownerOfEndpoint } from "./transformationOwners.ts";
import { draftCode, enabledCode, noSandbox } from "./transformations.ts";

type Content = Pick<Subject, "eventType" | "payload" | "contentType"> & Pick<MessageContent, "forward">;

/** `bytes`: the payload as it stands in the request. */
export async function test(
  actor: Actor,
  applicationIdOrUid: string,
  endpointIdOrUid: string,
  input: TransformationTestIn,
  bytes: Buffer | null,
): Promise<TransformationResult> {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const code = await draftCode(ownerOfEndpoint(scope.endpoint), input);
  return run(code, snapshotOf(scope), await contentOf(scope, input, bytes));
}

export const contentOf = async (of: Pick<Scope, "application">, input: TransformationTestIn, bytes: Buffer | null): Promise<Content> =>
  input.messageId ? storedContent(of, input.messageId) : givenContent(input, bytes);

/** Messages that are looked through for those that the endpoint asks for. */
const lookedThroughMessages = 500;

export async function compare(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: TransformationCompareIn) {
  const scope = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const owner = ownerOfEndpoint(scope.endpoint);
  const [after, before] = [await draftCode(owner, input), await enabledCode(owner)];
  const endpoint = snapshotOf(scope);
  const found: (RecentMessage & { payload: Buffer })[] = [];
  for await (const message of recentMessages(scope.application.id, lookedThroughMessages)) {
    await turnOfOthers();
    const { payload } = message;
    if (payload === null || !matches(endpoint, message, () => messageSubject({ ...message, payload }, env().maxPayloadBytes))) continue;
    found.push({ ...message, payload });
    if (found.length === input.limit) break;
  }
  const data = await compared(found, (code, message) => run(code, endpoint, message), before, after);
  return {
    data: data.map(({ of: { id: messageId, eventType, createdAt: timestamp }, ...row }) => ({ messageId, eventType, timestamp, ...row })),
  };
}

/** Time for a comparison: code that takes all its time is not run on everything. */
const comparingMs = 10_000;

type Comparison<T> = { of: T; different: boolean; before: TransformationResult; after: TransformationResult };

/** The results for each message or request, with the code that runs now and with another. */
export async function compared<T>(
  all: T[],
  running: (code: Code | null, one: T) => Promise<TransformationResult>,
  before: Code | null,
  after: Code,
): Promise<Comparison<T>[]> {
  const data: Comparison<T>[] = [];
  const startedMs = performance.now();
  for (const of of all) {
    if (performance.now() - startedMs > comparingMs) break;
    const [old, made] = [await running(before, of), await running(after, of)];
    const different = old.status !== made.status || JSON.stringify(old.request) !== JSON.stringify(made.request);
    data.push({ of, different, before: old, after: made });
  }
  return data;
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

async function storedContent({ application }: Pick<Scope, "application">, messageId: string): Promise<Content> {
  const { id, createdAt, eventType, payloadExpiresAt } = await findMessage(application, messageId, false);
  const stored = isExpired(payloadExpiresAt) ? undefined : (await loadPayloads([{ messageId: id, createdAt }])).get(id);
  if (stored === undefined) throw new AppError("bad_request", "The message's payload has been deleted");
  return { eventType, ...stored };
}

type Target = Pick<Subject, "url" | "headers"> & { id: string; applicationId: string };

/** What the code makes of a message. Without code: the message as it is. A polling endpoint is a target without a URL. */
export async function run(code: Code | null, target: Target, content: Content): Promise<TransformationResult> {
  const { id: owner, applicationId: tenant, url, headers } = target;
  const { eventType, payload, contentType } = content;
  const body = messageBody(content, env().maxPayloadBytes);
  const subject = { whose: { tenant, owner }, url, headers, eventType, payload, contentType, body };
  const made = code === null ? untouched(subject) : await transform(code, subject);
  return resultOf(made, body, ({ method, url, headers, ...made }) => {
    const named = Object.entries(headers);
    const own = named.find(([name]) => name.toLowerCase() === "content-type")?.[1];
    const shown = Object.fromEntries(named.filter(([name]) => !isCredential(name) && name.toLowerCase() !== "content-type"));
    const way = target.url === null ? { method: null, url: null } : { method, url };
    return { ...way, headers: shown, contentType: own ?? made.contentType ?? "application/json" };
  });
}

type Ready<T extends TransformResult | ReshapeResult> = Extract<T, { kind: "ready" }>;
type Shown = NonNullable<TransformationResult["request"]>;

/** The result of a run. `body`: what the code was given. `show`: the rest of what it made. Throws `unavailable`. */
export function resultOf<T extends TransformResult | ReshapeResult>(
  made: T,
  body: Body,
  show: (made: Ready<T>) => Omit<Shown, "eventType" | "payload" | "payloadEncoding">,
): TransformationResult {
  if (made.kind === "unavailable") throw noSandbox();
  const { logs, durationMs } = made;
  const told = { error: null, request: null, logs, durationMs: Math.round(durationMs) };
  switch (made.kind) {
    case "cancelled":
      return { ...told, status: "cancelled" };
    case "failed":
      return { ...told, status: "failed", error: made.message };
    case "ready": {
      const { eventType, payload, contentType, isChanged } = made;
      const shown = shownPayload(isChanged ? readBody({ body: payload, contentType }) : body);
      return { ...told, status: "ready", request: { ...show(made as Ready<T>), eventType, ...shown } };
    }
  }
}

const untouched = ({ url, ...subject }: Subject) => ({
  kind: "ready" as const,
  method: "POST" as const,
  url: url ?? "",
  ...subject,
  isChanged: false,
  logs: [],
  durationMs: 0,
});
