/** One request of an HTTP API of Webster's or Svix's shape. Whoever asks says what a fault means, and what to do about it. */

export type Asked = {
  method: string;
  /** Behind the server's address. */
  path: string;
  /** An API key; null: none is sent. */
  token: string | null;
  /** Sent as JSON; a text is JSON already. */
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs: number;
};

export type Answer = { status: number; headers: Headers; bytes: Buffer };

/** `url`: without a slash at the end. Resolves for every status. Rejects with `Unreachable`. */
export async function request(url: string, { method, path, token, body, headers = {}, timeoutMs }: Asked): Promise<Answer> {
  const all: Record<string, string> = { accept: "application/json", ...headers };
  if (token !== null) all["authorization"] = `Bearer ${token}`;
  if (body !== undefined) all["content-type"] = "application/json";
  const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    // A redirect is told: followed, it would take the key to where nobody meant to send it.
    const response = await fetch(`${url}${path}`, { method, headers: all, redirect: "manual", signal, ...content });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    throw new Unreachable(url, error);
  }
}

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** What the answer says; null: nothing. Throws `SyntaxError` where it is no JSON. */
export const jsonOf = ({ bytes }: Answer): unknown => (bytes.length === 0 ? null : JSON.parse(bytes.toString()));

/** No answer came, or none whole. */
export class Unreachable extends Error {
  override readonly name: string = "Unreachable";
  /** Why, in a word or a sentence. */
  readonly reason: string;

  constructor(url: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(`Nothing answers at ${url}: ${reason}`, { cause });
    this.reason = reason;
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  const { name, code, message } = inner as { name?: string; code?: string; message?: string };
  return name === "TimeoutError" ? "no answer came in time" : (code ?? message ?? String(inner));
}

type Fault = { loc?: (string | number)[]; msg?: string };

/** The code of a refusal, and its detail for people: faults by their fields, or the text of what is no refusal of this API, cut. */
export function refusalIn(text: string): { code: string; detail: string } {
  const { code = "", detail } = errorIn(text);
  if (typeof detail === "string") return { code, detail };
  if (Array.isArray(detail)) return { code, detail: detail.map(faultText).join("; ") };
  return { code, detail: plainText(text) };
}

const faultText = ({ loc = [], msg = "" }: Fault): string => (loc.length > 1 ? `${loc.slice(1).join(".")}: ${msg}` : msg);

function errorIn(text: string): { code?: string; detail?: string | Fault[] } {
  try {
    return (JSON.parse(text) ?? {}) as { code?: string; detail?: string | Fault[] };
  } catch {
    return {};
  }
}

const shownLength = 200;

const plainText = (text: string): string =>
  text
    .replaceAll(/(?:<[^>]*>|\s)+/g, " ")
    .trim()
    .slice(0, shownLength);
