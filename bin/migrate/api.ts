/** An HTTP API of Svix's shape, asked politely: few requests at a time, pauses where it wants them, nothing repeated that must not be. */
import { randomUUID } from "node:crypto";
import { type Answer, isSuccess, jsonOf, request, Unreachable } from "../api/request.ts";
import { ApiError, SideUnreachable } from "./faults.ts";

/** Whose API it is: the faults say so. */
export type Side = "source" | "target";

export type Page<T> = { data: T[]; iterator: string | null; done: boolean; bytes: Buffer };

export type Api = {
  side: Side;
  /** Without a slash at the end. */
  url: string;
  get<T>(path: string): Promise<T>;
  /** The answer to a GET. Null: 404, 405 or 501, which is how servers say that there is none, or that they don't offer it. */
  find<T>(path: string): Promise<T | null>;
  /** The answer to a POST. With the same `key` the server repeats its first answer, for some hours; by default each call is another. */
  post<T>(path: string, body: unknown, key?: string): Promise<T>;
  patch(path: string, body: unknown): Promise<void>;
  delete(path: string): Promise<void>;
  /** A list, page by page. Ends at once where `find` would say null. `path` with its query, but limit and iterator. */
  pages<T>(path: string): AsyncGenerator<Page<T>>;
};

export type Timing = {
  /** Resolves after that many milliseconds. */
  wait: (ms: number) => Promise<void>;
  timeoutMs: number;
  maximumTries: number;
};

export const usualTiming: Timing = {
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timeoutMs: 60_000,
  maximumTries: 8,
};

const requestsAtATime = 4;
const longestPauseMs = 60_000;
const pageSize = 250;
const absent = new Set([404, 405, 501]);
const worthRepeating = new Set([408, 429, 500, 502, 503, 504]);

export function apiOf(side: Side, url: string, token: string, timing: Timing = usualTiming): Api {
  const turns = new Turns(requestsAtATime);
  let pausedUntil = 0;

  async function attempt(
    method: string,
    path: string,
    body: unknown,
    key: string,
  ): Promise<Answer | { retryMs: number | null; error: Error }> {
    // The key is the same for each try: an answer that was lost on the way must not make a second one of it.
    const headers: Record<string, string> = method === "POST" ? { "idempotency-key": key } : {};
    try {
      const answer = await request(url, { method, path, token, body, headers, timeoutMs: timing.timeoutMs });
      if (isSuccess(answer)) return answer;
      const error = new ApiError(side, url, method, path, answer.status, answer.bytes.toString());
      if (!worthRepeating.has(answer.status)) throw error;
      return { retryMs: retryAfterMs(answer.headers.get("retry-after")), error };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return { retryMs: null, error: new SideUnreachable(side, url, error) };
    }
  }

  async function call(method: string, path: string, body?: unknown, key: string = randomUUID()): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const ahead = pausedUntil - Date.now();
      if (ahead > 0) await timing.wait(ahead);
      const answer = await turns.take(() => attempt(method, path, body, key));
      if ("bytes" in answer) return answer;
      if (tries >= timing.maximumTries) throw answer.error;
      const pauseMs = Math.min(answer.retryMs ?? 500 * 2 ** (tries - 1), longestPauseMs);
      // A pause that is asked for means everybody who asks with this token.
      if (answer.retryMs !== null) pausedUntil = Math.max(pausedUntil, Date.now() + pauseMs);
      await timing.wait(pauseMs);
    }
  }

  const json = (method: string, path: string, answer: Answer): unknown => {
    try {
      return jsonOf(answer);
    } catch {
      throw new ApiError(side, url, method, path, answer.status, answer.bytes.toString(), true);
    }
  };

  const orAbsent = <T>(error: unknown, none: T): T => {
    if (error instanceof ApiError && absent.has(error.status)) return none;
    throw error;
  };

  const get = async (path: string): Promise<never> => json("GET", path, await call("GET", path)) as never;

  return {
    side,
    url,
    get,
    find: (path) => get(path).catch((error: unknown) => orAbsent(error, null)),
    post: async (path, body, key) => json("POST", path, await call("POST", path, body, key)) as never,
    patch: async (path, body) => void (await call("PATCH", path, body)),
    delete: async (path) => void (await call("DELETE", path)),
    async *pages<T>(path: string): AsyncGenerator<Page<T>> {
      let iterator: string | null = null;
      for (;;) {
        const where: string = `${path}${path.includes("?") ? "&" : "?"}limit=${pageSize}${iterator === null ? "" : `&iterator=${encodeURIComponent(iterator)}`}`;
        const answer: Answer | null = await call("GET", where).catch((error: unknown) => orAbsent(error, null));
        if (answer === null) return;
        const page = json("GET", where, answer) as Omit<Page<T>, "bytes">;
        if (!Array.isArray(page?.data)) throw new ApiError(side, url, "GET", where, answer.status, answer.bytes.toString(), true);
        yield { ...page, bytes: answer.bytes };
        if (page.done || page.iterator === null || page.iterator === undefined || page.data.length === 0) return;
        iterator = page.iterator;
      }
    },
  };
}

export async function listed<T>(api: Api, path: string): Promise<T[]> {
  const all: T[] = [];
  for await (const { data } of api.pages<T>(path)) all.push(...data);
  return all;
}

/** The pause that a Retry-After header of either form (RFC 9110, section 10.2.3) asks for. Null: it says nothing. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(0, moment - Date.now());
}

/** Turns for so many at a time; the others wait in the order in which they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
