/** Claiming and settling by hand, one step after the other. */
import { expect } from "vitest";
import { acceptTogether, type NewMessage } from "../db/sql/hot/accept.ts";
import { claim, type Claimed, type ClaimRequest, type ClaimResult } from "../db/sql/hot/claim.ts";
import { dayOf } from "../db/sql/hot/keys.ts";
import type { SettledAttempt } from "../db/sql/hot/settle.ts";
import { newId } from "../ids.ts";
import { newMessage, type TestApplication } from "./sending.ts";

export const url = "https://example.com/hook";

export async function take(changes: Partial<ClaimRequest> = {}): Promise<ClaimResult> {
  const everything = {
    leaseId: "lease_1",
    day: dayOf(Date.now()),
    after: "",
    endpoints: 100,
    rows: 100,
    room: new Map(),
    roomOfOthers: 100,
  };
  const result = await claim({ ...everything, ...changes });
  if (result === null) throw new Error("Today has no partition");
  return result;
}

type Attempted = Pick<Claimed, "messageId" | "endpointId" | "createdAt" | "attemptCount" | "manualQueued">;

export const made = (row: Attempted, changes: Partial<SettledAttempt> = {}): SettledAttempt => ({
  id: newId("attempt"),
  startedMs: Date.now(),
  messageId: row.messageId,
  endpointId: row.endpointId,
  createdAt: row.createdAt,
  leaseId: "lease_1",
  attemptCount: row.attemptCount,
  trigger: row.manualQueued > 0 ? "manual" : "scheduled",
  verdict: { status: "succeeded" },
  countsAsFailure: false,
  url,
  statusCode: 200,
  errorClass: null,
  response: "ok",
  responseHeaders: { server: "x" },
  durationMs: 3.4,
  ...changes,
});

const failure = { countsAsFailure: true, statusCode: 500, errorClass: "status" } as const;
export const retryIn = (waitMs: number) => ({ ...failure, verdict: { status: "pending", waitMs } }) as const;
export const givenUp = { ...failure, verdict: { status: "failed" } } as const;

export async function accepted(application: TestApplication, count: number, changes: Partial<NewMessage> = {}): Promise<NewMessage[]> {
  const messages = Array.from({ length: count }, () => newMessage(application, changes));
  const results = await acceptTogether(messages);
  expect(results.every(({ kind }) => kind === "accepted")).toBe(true);
  return messages;
}

export async function one(application: TestApplication): Promise<Claimed> {
  await accepted(application, 1);
  const { claimed } = await take();
  expect(claimed).toHaveLength(1);
  return claimed[0] as Claimed;
}
