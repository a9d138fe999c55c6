import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { fromBase64, hexOf, toBase64 } from "./bytes.ts";
import { type Attempt, differenceOf } from "./difference.ts";
import { isStructured } from "../form/isJson.ts";
import { bodyOf, filterOfId, isFiltered, noFilters, readFilters, writeFilters } from "./filters.ts";
import { counted, duration, until } from "./format.ts";
import { parseSecret } from "../../lib/webhooks/signature.ts";
import { signatureHeaders } from "../../lib/webhooks/signatureStyle.ts";
import { type DeliveryPage, type ShownPage, asShown, isMoving, keyOf, mergeRows } from "./page.ts";
import { stepsOf } from "./timings.ts";
import { snippets } from "./snippets.ts";
import { githubSnippets } from "./snippetsGithub.ts";
import { stripeSnippets } from "./snippetsStripe.ts";
import { svixSnippets } from "./snippetsSvix.ts";
import { answerOf, shownStatus } from "./words.ts";

describe("filters", () => {
  const filters = {
    ...noFilters,
    status: ["failed", "pending"] as const,
    httpStatus: ["5xx", "0"],
    minAttempts: "3",
    messageId: "order-7",
  };

  it("survive the address bar", () => {
    const search = writeFilters({ ...filters, status: [...filters.status] });
    expect(search.toString()).toBe("status=failed%2Cpending&http_status=5xx%2C0&min_attempts=3&message_id=order-7");
    expect(readFilters(search)).toEqual(filters);
  });

  it("leave nothing behind when there are none", () => {
    expect(writeFilters(noFilters).toString()).toBe("");
    expect(isFiltered(readFilters(new URLSearchParams("live=1")))).toBe(false);
    expect(bodyOf(noFilters)).toEqual({});
  });

  it("become a body with numbers", () => {
    expect(bodyOf({ ...noFilters, minAttempts: "3", status: ["failed"] })).toEqual({ minAttempts: 3, status: ["failed"] });
  });

  it("know where a pasted id belongs", () => {
    const tail = "0".repeat(27);
    expect(filterOfId(` ep_${tail} `)).toEqual({ endpointId: `ep_${tail}` });
    expect(filterOfId(`app_${tail}`)).toEqual({ applicationId: `app_${tail}` });
    expect(filterOfId(`msg_${tail}`)).toEqual({ messageId: `msg_${tail}` });
    expect(filterOfId("invoice-42")).toEqual({ messageId: "invoice-42" });
    expect(filterOfId("two words")).toBeNull();
    expect(filterOfId("")).toBeNull();
  });

  it("know the id in a pasted line of a log, and what surrounds an id", () => {
    const [message, attempt, endpoint] = [`msg_${"0".repeat(27)}`, `atmpt_${"1".repeat(27)}`, `ep_${"2".repeat(27)}`];
    const found = (text: string) => [text, filterOfId(text)];
    for (const text of [
      `"${message}"`,
      `“${message}”,`,
      `webhook-id: ${message}`,
      `2026-12-01T14:00:01Z INFO sent msg="${message}" to=${endpoint} status=500`,
      `{"id":"${message}","endpoint":"${endpoint}"}`,
      `${message} again: ${message}`,
      `https://webster.example/org/env/messages/${message}?tab=1`,
    ])
      expect(found(text)).toEqual([text, { messageId: message }]);
    expect(filterOfId(`attempt ${attempt} to ${endpoint}`)).toEqual({ messageId: attempt });
    expect(filterOfId(`failing: ${endpoint}.`)).toEqual({ endpointId: endpoint });
    expect(filterOfId("'invoice-42';")).toEqual({ messageId: "invoice-42" });
    // One of two would be a guess.
    expect(filterOfId(`${message} ${message.replaceAll("0", "3")}`)).toBeNull();
    expect(filterOfId(`no id: ${message}0`)).toBeNull();
  });
});

describe("code that verifies", () => {
  it("is there for every style in the same languages, under the names that were chosen", () => {
    const languages = snippets.map(({ language }) => language);
    const header = "X-Cafe-Signature";
    for (const found of [svixSnippets, stripeSnippets(header), githubSnippets(header)])
      expect(found.map(({ language }) => language)).toEqual(languages);
    // In these a secret that is not set is an empty one, by which everybody can sign.
    const all = [...snippets, ...svixSnippets, ...stripeSnippets(header), ...githubSnippets(header)];
    for (const { code } of all.filter(({ language }) => ["Go", "PHP"].includes(language)))
      expect(code).toMatch(/WEBHOOK_SECRET is not set/);
    for (const { code } of svixSnippets) expect(code).not.toMatch(/standardwebhooks|webhook-id|HTTP_WEBHOOK/i);
    for (const { code } of [...stripeSnippets(header), ...githubSnippets(header)]) expect(code).toMatch(/x[-_]cafe[-_]signature/i);
  });

  it("takes what is signed in its style", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    vi.stubEnv("WEBHOOK_SECRET", secret);
    const body = '{"id":"evt_1"}';
    const signed = { keys: [parseSecret(secret)], messageId: "msg_1", eventType: "t", timestampSeconds: Math.floor(Date.now() / 1000) };
    const styles = [
      { style: { style: "standard" }, found: snippets },
      { style: { style: "svix" }, found: svixSnippets },
      // svix 1.x is what npm picks on Node.js 20.
      { style: { style: "svix" }, found: svixSnippets, rename: ['from "svix"', 'from "svix-v1"'] },
      { style: { style: "stripe", signatureHeader: "X-S" }, found: stripeSnippets("X-S") },
      { style: { style: "github", signatureHeader: "X-S", eventHeader: "X-E", deliveryHeader: "X-D" }, found: githubSnippets("X-S") },
    ] as const;
    for (const { style, found, ...other } of styles) {
      const [from, to] = "rename" in other ? other.rename : ["", ""];
      const directory = await mkdtemp(`${import.meta.dirname}/.snippet-`);
      try {
        await writeFile(`${directory}/receive.ts`, (found[0]?.code ?? "").replace(from, to));
        const { POST } = (await import(`${directory}/receive.ts`)) as { POST: (request: Request) => Promise<Response> };
        const answer = async (signedText: string, text: string) => {
          const flat = signatureHeaders(style, false, { ...signed, body: Buffer.from(signedText) });
          const headers = new Headers();
          for (let i = 0; i + 1 < flat.length; i += 2) headers.set(flat[i] ?? "", flat[i + 1] ?? "");
          return (await POST(new Request("http://receiver.test/", { method: "POST", headers, body: text }))).status;
        };
        const answers = [await answer(body, body), await answer(body, "{}"), await answer(body, "no JSON")];
        expect([style.style, ...answers]).toEqual([style.style, 204, 400, 400]);
        // Stripe's library reads events alone.
        if (style.style !== "stripe") answers.push(await answer("no JSON, ü", "no JSON, ü"));
        expect([style.style, answers[3] ?? 204]).toEqual([style.style, 204]);
      } finally {
        await rm(directory, { recursive: true });
      }
    }
  });
});

describe("bytes", () => {
  it("are shown as hex, 16 a line, no more than asked for; and as base64 both ways", () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, n) => n + 0x5d);
    expect(hexOf(bytes, 1_000)).toBe(
      "00000000  5d 5e 5f 60 61 62 63 64  65 66 67 68 69 6a 6b 6c |]^_`abcdefghijkl|\n" +
        "00000010  6d 6e 6f 70                                      |mnop|",
    );
    expect(hexOf(bytes, 16).split("\n")).toHaveLength(1);
    expect(fromBase64(toBase64(Uint8Array.from([0, 255, 10])))).toEqual(Uint8Array.from([0, 255, 10]));
  });
});

describe("the difference between two attempts", () => {
  const attempt: Attempt = {
    id: "atmpt_1",
    attemptNumber: 1,
    trigger: "scheduled",
    status: "failed",
    url: "https://a.example/",
    startedAt: "2026-11-23T08:00:00.000Z",
    durationMs: 12,
    responseStatusCode: 0,
    errorClass: "timeout",
    response: "too slow",
    responseBase64: null,
    responseHeaders: null,
    requestHeaders: [{ name: "Webhook-Id", value: "msg_1" }],
    signature: null,
    signedPrefix: null,
    notes: [],
    timings: null,
  };

  it("is only what differs", () => {
    expect(differenceOf(attempt, attempt)).toEqual([]);
    const after: Attempt = {
      ...attempt,
      status: "succeeded",
      responseStatusCode: 200,
      errorClass: null,
      responseHeaders: { server: "x" },
      requestHeaders: [{ name: "webhook-id", value: "msg_1" }],
      response: "ok",
    };
    expect(differenceOf(attempt, after)).toEqual([
      { what: "Status", before: "timeout", after: "200" },
      { what: "Response header server", before: "–", after: "x" },
      { what: "Response", before: "too slow", after: "ok" },
    ]);
  });
});

describe("a page that is on the screen", () => {
  const row = (id: string, part: Partial<DeliveryOut> = {}) =>
    ({ messageId: id, endpointId: "ep", status: "succeeded", ...part }) as DeliveryOut;
  const page = (...data: DeliveryOut[]) => ({ data, iterator: "i", done: false });
  const merge = (shown: ShownPage, fresh: DeliveryPage) => mergeRows(shown, fresh, keyOf);

  it("changes in place, keeps what the fresh page lacks, and lets what is new wait", () => {
    const shown = asShown(page(row("3", { status: "pending" }), row("2"), row("1")));
    const merged = merge(shown, page(row("5"), row("4"), row("3"), row("2")));
    expect(merged.data.map(({ messageId, status }) => [messageId, status])).toEqual([
      ["3", "succeeded"],
      ["2", "succeeded"],
      ["1", "succeeded"],
    ]);
    expect(merged.waiting.map(({ messageId }) => messageId)).toEqual(["5", "4"]);
  });

  it("takes no row of the end for a new one", () => {
    const merged = merge(asShown(page(row("3"), row("2"))), page(row("3"), row("1")));
    expect(merged.waiting).toEqual([]);
    expect(merged.data).toHaveLength(2);
  });

  it("knows which rows a filter would find no more: not those that new ones have only moved to the next page", () => {
    const shown = asShown(page(row("4"), row("3"), row("2"), row("1")));
    const more = { ...page(row("6"), row("5"), row("4"), row("2")), done: false };
    expect([...merge(shown, more).gone].map((id) => id.split(".")[0])).toEqual(["3"]);
    const all = { ...page(row("4"), row("2")), done: true };
    expect([...merge(shown, all).gone].map((id) => id.split(".")[0])).toEqual(["3", "1"]);
  });

  it("fills itself when it was empty", () => {
    expect(merge(asShown(page()), page(row("1"))).data).toHaveLength(1);
  });

  it("knows what is about to change", () => {
    const pending = row("1", { status: "pending", sending: false, nextAttemptAt: "2026-11-23T08:00:00.000Z" });
    const nowMs = Date.parse("2026-11-23T08:00:00.000Z");
    expect(isMoving(pending, nowMs)).toBe(true);
    expect(isMoving(pending, nowMs - 60_000)).toBe(false);
    expect(isMoving({ ...pending, sending: true }, nowMs - 60_000)).toBe(true);
    expect(isMoving({ ...pending, status: "failed", nextAttemptAt: null }, nowMs)).toBe(false);
  });
});

describe("words and numbers", () => {
  it("durations have a unit that suits them", () => {
    expect([0, 840.4, 2_400, 59_000, 180_000, 36_000_000, 172_800_000].map(duration)).toEqual([
      "0 ms",
      "840 ms",
      "2.4 s",
      "59 s",
      "3 min",
      "10 h",
      "2 d",
    ]);
    expect(until("2026-11-23T08:05:00.000Z", Date.parse("2026-11-23T08:00:00.000Z"))).toBe("in 5 min");
    expect(until("2026-11-23T08:00:00.000Z", Date.parse("2026-11-23T08:05:00.000Z"))).toBe("now");
    expect(counted({ count: 10_000, capped: true })).toBe("10,000+");
  });

  it("JSON with parts is laid out, and nothing else is", () => {
    expect(['{"a":[1]}', " [1]", "<html>", "42", "{a:1}"].map(isStructured)).toEqual([true, true, false, false, false]);
  });

  it("a pending delivery says why it is pending", () => {
    expect(shownStatus({ status: "pending", sending: true, attemptCount: 0 })).toBe("sending");
    expect(shownStatus({ status: "pending", sending: false, attemptCount: 0 })).toBe("queued");
    expect(shownStatus({ status: "pending", sending: false, attemptCount: 2 })).toBe("retrying");
    expect(shownStatus({ status: "failed", sending: false, attemptCount: 2 })).toBe("failed");
    expect(answerOf({ lastStatusCode: null, lastErrorClass: null })).toBeNull();
    expect(answerOf({ lastStatusCode: 503, lastErrorClass: "status" })).toBe("503");
    expect(answerOf({ lastStatusCode: 0, lastErrorClass: "tls" })).toBe("TLS error");
  });
});

describe("where the time of an attempt went", () => {
  const timings = { reused: false, dnsMs: 10, tcpMs: 20, tlsMs: null, firstByteMs: 50 };

  it("is told step by step, the rest of the answer last", () => {
    expect(stepsOf({ timings, durationMs: 100 })).toEqual([
      { name: "DNS", ms: 10, share: 0.1 },
      { name: "TCP", ms: 20, share: 0.2 },
      { name: "First byte", ms: 50, share: 0.5 },
      { name: "Rest", ms: 20, share: 0.2 },
    ]);
  });

  it("without an answer, the wait for it", () => {
    const steps = stepsOf({ timings: { ...timings, firstByteMs: null }, durationMs: 15_000 });
    expect(steps?.map(({ name, ms }) => [name, ms])).toEqual([
      ["DNS", 10],
      ["TCP", 20],
      ["Waiting", 14_970],
    ]);
  });

  it("what was not measured is not made up", () => expect(stepsOf({ timings: null, durationMs: 100 })).toBeNull());
});
