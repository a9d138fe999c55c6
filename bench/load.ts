/** Makes the requests. Runs as a process of its own, so that its cost is nobody else's. */
import { createHmac } from "node:crypto";
import { type Dispatcher, Pool } from "undici";
import { newId } from "../lib/ids.ts";
import { sign } from "../lib/webhooks/signature.ts";
import { answerCalls } from "./processes.ts";
import { endpointCount, eventTypeOf, keyOf, pathOf, payloadOf } from "./workload.ts";

export type Span = { startedAtMs: number; endedAtMs: number };
export type Posted = Span & { ids: string[]; turnedAway: number; p50Ms: number; p99Ms: number };

/** The bare loop: a signed POST is all there is. Nothing stored, nothing retried. */
async function bare(input: { origin: string; total: number; connections: number }): Promise<Span> {
  const pool = new Pool(input.origin, { connections: input.connections, pipelining: 1 });
  const keys = Array.from({ length: endpointCount }, (_, endpoint) => [keyOf(endpoint)]);
  const body = Buffer.from(payloadOf(0));
  const startedAtMs = Date.now();
  await lanes(input.connections, input.total, async (number) => {
    const endpoint = number % endpointCount;
    const id = newId("message");
    const timestamp = Math.floor(Date.now() / 1000);
    const response = await pool.request({
      method: "POST",
      path: pathOf(endpoint),
      headers: {
        "content-type": "application/json",
        "user-agent": "bench",
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": sign(keys[endpoint] ?? [], id, timestamp, body),
      },
      body,
    });
    await response.body.dump();
    if (response.statusCode !== 204) throw new Error(`The receiver answered ${response.statusCode}`);
  });
  const endedAtMs = Date.now();
  await pool.close();
  return { startedAtMs, endedAtMs };
}

/** Posts messages to Webster, `batch` at a time (1: the ordinary request), and lists the ids it has accepted. */
async function post(input: {
  url: string;
  apiKey: string;
  application: string;
  total: number;
  connections: number;
  batch: number;
}): Promise<Posted> {
  const pool = new Pool(input.url, { connections: input.connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${input.apiKey}`, "content-type": "application/json" };
  const base = `/api/v1/app/${input.application}/msg`;
  // The path and its query are those that the SDK asks.
  const path = `${base}${input.batch === 1 ? "" : "/batch"}?with_content=false`;
  const message = (number: number): string => `{"eventType":"${eventTypeOf(number % endpointCount)}","payload":${payloadOf(number)}}`;
  const ids: string[] = [];
  const durationsMs: number[] = [];
  let turnedAway = 0;
  const startedAtMs = Date.now();
  await lanes(input.connections, Math.ceil(input.total / input.batch), async (request) => {
    const first = request * input.batch;
    const count = Math.min(input.batch, input.total - first);
    const body =
      input.batch === 1 ? message(first) : `{"messages":[${Array.from({ length: count }, (_, i) => message(first + i)).join(",")}]}`;
    for (;;) {
      const started = performance.now();
      const { statusCode, retryAfter, text } = await exchange(pool, { method: "POST", path, headers, body });
      durationsMs.push(performance.now() - started);
      if (statusCode === 202) {
        for (const [, id] of text.matchAll(/"id":"(msg_\w+)"/g)) ids.push(id ?? "");
        return;
      }
      if (statusCode !== 503) throw new Error(`${statusCode} ${text.slice(0, 500)}`);
      turnedAway++;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  });
  const endedAtMs = Date.now();
  await pool.close();
  durationsMs.sort((a, b) => a - b);
  const quantile = (share: number): number => durationsMs[Math.floor(durationsMs.length * share)] ?? 0;
  return { startedAtMs, endedAtMs, ids, turnedAway, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

/** Single posts at a steady pace, whatever becomes of those before. Answers when each was sent, by the clock that all processes share. */
async function pace(input: {
  url: string;
  apiKey: string;
  application: string;
  total: number;
  perSecond: number;
}): Promise<{ sent: [id: string, atMs: number][]; turnedAway: number }> {
  const pool = new Pool(input.url, { connections: 256, pipelining: 1 });
  const headers = { authorization: `Bearer ${input.apiKey}`, "content-type": "application/json" };
  const path = `/api/v1/app/${input.application}/msg?with_content=false`;
  const sent: [string, number][] = [];
  let turnedAway = 0;
  const startedMs = performance.now();
  const posts: Promise<void>[] = [];
  for (let number = 0; number < input.total; number++) {
    const dueInMs = startedMs + (number / input.perSecond) * 1000 - performance.now();
    if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
    const body = `{"eventType":"${eventTypeOf(number % endpointCount)}","payload":${payloadOf(number)}}`;
    const atMs = performance.timeOrigin + performance.now();
    posts.push(
      exchange(pool, { method: "POST", path, headers, body }).then(({ statusCode, text }) => {
        const id = /"id":"(msg_\w+)"/.exec(text)?.[1];
        if (statusCode === 202 && id !== undefined) sent.push([id, atMs]);
        else turnedAway++;
      }),
    );
  }
  await Promise.all(posts);
  await pool.close();
  return { sent, turnedAway };
}

/** Signed requests as GitHub makes them, no two alike, or the same to whatever else listens at `url`. */
async function deliver(input: {
  url: string;
  path: string;
  secret: string;
  total: number;
  connections: number;
}): Promise<Span & { accepted: number; turnedAway: number }> {
  const pool = new Pool(input.url, { connections: input.connections, pipelining: 1 });
  let accepted = 0;
  let turnedAway = 0;
  const startedAtMs = Date.now();
  await lanes(input.connections, input.total, async (number) => {
    const body = payloadOf(number);
    const headers = {
      "content-type": "application/json",
      "x-github-event": eventTypeOf(number % endpointCount),
      "x-github-delivery": `${startedAtMs}-${number}`,
      "x-hub-signature-256": `sha256=${createHmac("sha256", input.secret).update(body).digest("hex")}`,
    };
    for (;;) {
      const { statusCode, retryAfter, text } = await exchange(pool, { method: "POST", path: input.path, headers, body });
      if (statusCode === 200) return void accepted++;
      if (statusCode !== 503 && statusCode !== 429) throw new Error(`${statusCode} ${text.slice(0, 500)}`);
      turnedAway++;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  });
  const endedAtMs = Date.now();
  await pool.close();
  return { startedAtMs, endedAtMs, accepted, turnedAway };
}

type Answer = { statusCode: number; retryAfter: number; text: string };

/** Sends a request in the cheapest way that undici has: the load takes its cost from those it measures. */
function exchange(pool: Pool, options: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer: Answer = { statusCode: 0, retryAfter: 1, text: "" };
    pool.dispatch(options, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode, headers) => {
        answer.statusCode = statusCode;
        answer.retryAfter = Number(headers["retry-after"] ?? 1);
      },
      // Ids and statuses are ASCII, and nothing else is looked at.
      onResponseData: (_controller, chunk) => void (answer.text += chunk.toString("latin1")),
      onResponseEnd: () => resolve(answer),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

/** Reads the paths in turn for a while. */
async function read(input: {
  url: string;
  paths: string[];
  apiKey: string;
  connections: number;
  durationMs: number;
}): Promise<Span & { count: number; bytes: number }> {
  const pool = new Pool(input.url, { connections: input.connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${input.apiKey}` };
  let count = 0;
  let bytes = 0;
  const startedAtMs = Date.now();
  const endAtMs = startedAtMs + input.durationMs;
  await lanes(input.connections, Infinity, async (number) => {
    if (Date.now() >= endAtMs) return "stop";
    const path = input.paths[number % input.paths.length] ?? "/";
    const { statusCode, text } = await exchange(pool, { method: "GET", path, headers });
    if (statusCode !== 200) throw new Error(`${statusCode} ${text.slice(0, 500)}`);
    count++;
    bytes += text.length;
    return undefined;
  });
  const endedAtMs = Date.now();
  await pool.close();
  return { startedAtMs, endedAtMs, count, bytes };
}

/** Works in `width` lanes at a time, each taking the next number until there are no more. */
async function lanes(width: number, total: number, work: (number: number) => Promise<"stop" | void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) if ((await work(next++)) === "stop") return;
  };
  await Promise.all(Array.from({ length: width }, lane));
}

const calls = { bare, post, pace, deliver, read };
export type LoadCalls = typeof calls;
answerCalls(calls);
