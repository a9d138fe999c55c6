import { describe, expect, it } from "vitest";
import { errorClasses } from "../../lib/words/errorClass.ts";
import { causeOf, type Outlook, outlookOf, outlookWords, saidOf, spokenBy } from "./cause.ts";
import type { Attempt } from "./difference.ts";

const codes = Array.from({ length: 900 }, (_, at) => 100 + at).filter((code) => code < 200 || code > 299);
const failures = [
  ...codes.map((statusCode) => ({ statusCode, errorClass: "status" as const })),
  ...errorClasses.filter((errorClass) => errorClass !== "status").map((errorClass) => ({ statusCode: 0, errorClass })),
];

const noTimings: NonNullable<Attempt["timings"]> = { reused: false, dnsMs: null, tcpMs: null, tlsMs: null, firstByteMs: null };

describe("the likely cause", () => {
  it("is known for every error class and every status, in whole sentences", () => {
    for (const failure of failures) {
      const found = causeOf(failure);
      expect(found?.cause).toMatch(/\.$/);
      expect(found?.fix).toMatch(/[.?]$/);
    }
    expect(causeOf({ statusCode: 200, errorClass: null })).toBeNull();
  });

  it("is the particular one before the general one", () => {
    expect(causeOf({ statusCode: 404, errorClass: "status" })?.cause).toContain("path");
    expect(causeOf({ statusCode: 418, errorClass: "status" })?.cause).toContain("refuses");
    expect(causeOf({ statusCode: 308, errorClass: "status" })?.cause).toContain("redirect");
  });

  it("of what a proxy answers says what it found behind it", () => {
    const causes = [521, 522, 524].map((statusCode) => causeOf({ statusCode, errorClass: "status" })?.cause);
    expect(new Set(causes).size).toBe(causes.length);
    for (const cause of causes) expect(cause).toContain("proxy in front");
    expect(causeOf({ statusCode: 419, errorClass: "status" })?.fix).toContain("CSRF");
  });

  it("promises nothing in any state: what comes next is said by the state alone, and a retry only where one is due", () => {
    const pending = { status: "pending", endpointDisabled: false, endpointDeleted: false } as const;
    const retryAt = "2026-11-28T10:00:00.000Z";
    const states: [Outlook, Parameters<typeof outlookOf>[0]][] = [
      ["retried", { ...pending, retryAt }],
      ["resent", { ...pending, retryAt: null }],
      ["held", { ...pending, retryAt, endpointDisabled: true }],
      ["held", { ...pending, retryAt, endpointDeleted: true }],
      ["failed", { ...pending, retryAt: null, status: "failed" }],
      ["cancelled", { ...pending, retryAt: null, status: "cancelled" }],
      ["succeeded", { ...pending, retryAt: null, status: "succeeded" }],
    ];
    const promise = /\b(is|are|will be) (retried|resent|sent again|tried again)/i;
    for (const [outlook, delivery] of states) {
      expect(outlookOf(delivery)).toBe(outlook);
      expect([outlook, promise.test(outlookWords[outlook])]).toEqual([outlook, outlook === "retried"]);
      for (const failure of failures) {
        const { cause = "", fix = "" } = causeOf(failure) ?? {};
        const told = `${cause} ${fix} ${outlookWords[outlook]}`;
        expect([told, promise.test(told)]).toEqual([told, outlook === "retried"]);
        expect([told, /resend it|given up/.test(told)]).toEqual([told, outlook === "failed"]);
      }
    }
  });

  it("says nothing of Webster to the customers of a product", () => {
    for (const failure of failures) {
      const found = causeOf(failure);
      const { cause, fix } = spokenBy("Acme", found ?? { cause: "", fix: "" });
      expect(`${cause} ${fix}`).not.toMatch(/webster/i);
      expect(spokenBy("Webster", found ?? { cause: "", fix: "" })).toEqual(found);
    }
  });

  it("of a timeout is the step in which the time ran out", () => {
    const of = (durationMs: number, timings: Partial<typeof noTimings>) =>
      causeOf({ statusCode: 0, errorClass: "timeout", attempt: { durationMs, timings: { ...noTimings, ...timings } } });
    const receiver = "The receiver took longer";
    expect(of(15_000, { dnsMs: 15_000 })?.cause).toContain("own name server");
    expect(of(15_000, { dnsMs: 15_000 })).toEqual(causeOf({ statusCode: 0, errorClass: "dns_unavailable" }));
    expect(of(15_000, { dnsMs: 3, tcpMs: 14_997 })?.cause).toContain("no connection");
    expect(of(15_000, { dnsMs: 3, tcpMs: 10, tlsMs: 14_986 })?.cause).toContain("encryption");
    expect(of(15_000, { dnsMs: 3, tcpMs: 10, tlsMs: 12 })?.cause).toContain(receiver);
    expect(of(15_000, { dnsMs: 3, tcpMs: 10 })?.cause).toContain(receiver);
    expect(of(15_000, { reused: true })?.cause).toContain(receiver);
    expect(causeOf({ statusCode: 0, errorClass: "timeout" })?.cause).toContain(receiver);
    expect(causeOf({ statusCode: 0, errorClass: "timeout", attempt: { durationMs: 1, timings: null } })?.cause).toContain(receiver);
  });
});

describe("what the attempt itself says beside it", () => {
  const of = (attempt: Partial<Parameters<typeof saidOf>[0]>) =>
    saidOf({ responseStatusCode: 500, errorClass: "status", response: "", responseHeaders: {}, ...attempt });

  it("is a line that the receiver answered, and no page", () => {
    expect(of({ response: " no such account\n" })).toEqual({ by: "It answered:", text: "no such account" });
    expect(of({ response: "<html>" })).toBeNull();
    expect(of({ response: "" })).toBeNull();
    expect(of({ response: "x".repeat(300) })?.text).toBe(`${"x".repeat(240)}…`);
  });

  it("is where a redirect leads", () => {
    const response = "<html>Moved</html>";
    const by = "It redirects to:";
    const redirect = { responseStatusCode: 308, response };
    expect(of({ ...redirect, responseHeaders: { location: "/hooks/" } })).toEqual({ by, text: "/hooks/" });
    expect(of({ ...redirect, responseHeaders: {} })).toBeNull();
    expect(of({ responseStatusCode: 201, errorClass: null, responseHeaders: { location: "/hooks/1" } })).toBeNull();
  });

  it("is what was wrong with a connection, where the cause can't know", () => {
    const response = "The certificate has expired (CERT_HAS_EXPIRED)";
    for (const errorClass of ["tls", "protocol", "reset", "authentication"] as const)
      expect(of({ responseStatusCode: 0, errorClass, response })).toEqual({ by: "What went wrong:", text: response });
    for (const errorClass of ["refused", "timeout", "dns"] as const) expect(of({ responseStatusCode: 0, errorClass, response })).toBeNull();
  });
});
