import { expect, test } from "vitest";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import type { Attempt } from "./difference.ts";
import { summaryOf } from "./summary.ts";

const attemptOf = (n: number): Attempt => ({
  id: `atmpt_${n}`,
  attemptNumber: n,
  trigger: "scheduled",
  status: "failed",
  url: "https://receiver.example/hooks",
  startedAt: `2026-11-30T12:0${n}:00.000Z`,
  durationMs: 120,
  responseStatusCode: n === 1 ? 0 : 500,
  errorClass: n === 1 ? "timeout" : "status",
  response: "database down",
  responseBase64: null,
  responseHeaders: {},
  requestHeaders: [{ name: "authorization", value: "key-of-the-receiver" }],
  signature: null,
  signedPrefix: null,
  timings: null,
  notes: [],
});

const delivery = {
  messageId: "msg_1",
  endpointId: "ep_1",
  endpointUrl: "https://receiver.example/hooks",
  applicationId: "app_1",
  applicationName: "Corner Shop",
  eventType: "invoice.paid",
  eventId: "invoice-7",
  status: "pending",
  sending: false,
  attemptCount: 7,
  lastStatusCode: 500,
  lastErrorClass: "status",
  nextAttemptAt: "2026-11-30T13:00:00.000Z",
  retryAt: "2026-11-30T13:00:00.000Z",
  succeededAt: null,
  endpointDisabled: false,
  endpointDeleted: false,
  createdAt: "2026-11-30T12:00:00.000Z",
  message: { payload: `{"card":"4711"}` },
  attempts: [7, 6, 5, 4, 3, 2, 1].map(attemptOf),
} as unknown as DeliveryDetailOut;

const told = { sender: "Webster", isPortal: false, url: "https://webster.example/d" };

test("a delivery is told with what support needs: whose, when, each answer, the cause and what comes, and no payload or header", () => {
  const text = summaryOf(delivery, told);
  expect(text.split("\n")).toEqual([
    "invoice.paid to https://receiver.example/hooks: retrying",
    "",
    "Message: msg_1 (invoice-7)",
    "Endpoint: ep_1",
    "Application: Corner Shop (app_1)",
    "Accepted: 2026-11-30T12:00:00.000Z",
    "Attempts before: 2",
    "Attempt 3: 2026-11-30T12:03:00.000Z, 500 after 120 ms (atmpt_3)",
    "Attempt 4: 2026-11-30T12:04:00.000Z, 500 after 120 ms (atmpt_4)",
    "Attempt 5: 2026-11-30T12:05:00.000Z, 500 after 120 ms (atmpt_5)",
    "Attempt 6: 2026-11-30T12:06:00.000Z, 500 after 120 ms (atmpt_6)",
    "Attempt 7: 2026-11-30T12:07:00.000Z, 500 after 120 ms (atmpt_7)",
    "Next try: 2026-11-30T13:00:00.000Z",
    "",
    "Likely cause: The receiver's own code failed.",
    "Look into its log at this moment. It is retried by itself.",
    "It answered: database down",
    "",
    "https://webster.example/d",
  ]);
});

test("without an attempt, or once it has succeeded, nothing is suspected; in the portal nothing is said of the one application", () => {
  const untried = { ...delivery, attempts: [], attemptCount: 0, lastStatusCode: null, lastErrorClass: null };
  expect(summaryOf(untried, told)).not.toMatch(/Attempt|cause/);
  const succeeded = { ...delivery, status: "succeeded" as const, nextAttemptAt: null, succeededAt: "2026-11-30T12:08:00.000Z" };
  expect(summaryOf(succeeded, told)).toContain("hooks: succeeded");
  expect(summaryOf(succeeded, told)).not.toMatch(/cause|Next try/);
  expect(summaryOf(delivery, { ...told, isPortal: true })).not.toContain("Corner Shop");
  const unanswered = summaryOf(
    { ...delivery, attempts: [attemptOf(1)], attemptCount: 1, lastStatusCode: 0, lastErrorClass: "timeout" },
    told,
  );
  expect(unanswered).toMatch(/Attempt 1: \S+, Timed out after/);
});
