/** Calls of the API, for people: what is wrong with one is said with what to do about it. */
import { type Answer, isSuccess, jsonOf, refusalIn, request, Unreachable } from "../api/request.ts";
import { CliError, plain } from "./io.ts";
import type { Target } from "./target.ts";

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

const timeoutMs = 30_000;

/** Calls of a server's API. Rejects with CliError. `path`: under /api/v1. */
export function clientOf({ url, apiKey, keyIsFor, newKey }: Target): Call {
  if (apiKey === null)
    throw new CliError(
      `There is no API key for ${url}.`,
      keyIsFor === undefined
        ? "webster login, or set WEBSTER_API_KEY; keys are made in the dashboard under API keys"
        : `WEBSTER_API_KEY is the key for WEBSTER_URL (${keyIsFor}): set that one too, or webster login --server ${url}`,
    );
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await request(url, { method, path: `/api/v1${path}`, token: apiKey, body, timeoutMs }).catch((error: unknown) => {
      throw unreachable(url, error, method !== "GET");
    });
    if (!isSuccess(answer)) throw refused(url, answer.status, answer.bytes.toString(), { newKey, changes: method !== "GET" });
    return parsed(url, answer) as T;
  };
}

/** `fetch` that rejects with CliError where nothing answers. */
export async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { origin } = new URL(url);
    throw unreachable(origin, new Unreachable(origin, error));
  }
}

/** Faults before which the server may have had the whole request. */
const isLate = /^(UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT)|ECONNRESET|EPIPE|no answer came in time)$/;
const maybeDone = "It may have been done all the same: look with webster tail, or in the log, before you run it again.";

/** `changes`: it asked for more than to be told something. */
function unreachable(url: string, error: unknown, changes = false): unknown {
  if (!(error instanceof Unreachable)) return error;
  if (changes && isLate.test(error.reason)) return new CliError(`${url} did not answer to the end: ${error.reason}.`, maybeDone);
  const remedy = /SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)/.test(error.reason)
    ? `It does not speak TLS there: --server ${url.replace(/^https/, "http")}`
    : "Is it running? Another server: --server URL, or webster login";
  return new CliError(`${url} can't be reached: ${error.reason}.`, remedy);
}

/** The server answered, but not with what was asked for. */
export class Refused extends CliError {
  readonly status: number;

  constructor(status: number, message: string, remedy: string) {
    super(message, remedy);
    this.status = status;
  }
}

/** Whether the server has said that this key may not do it, as when it has ended since: asking again changes nothing. */
export const isForGood = (error: unknown): boolean => error instanceof Refused && (error.status === 401 || error.status === 403);

export function refused(url: string, status: number, text: string, { newKey = "webster login", changes = false } = {}): Refused {
  const { code, detail } = refusalIn(text);
  const said = plain(detail);
  const remedy = status === 401 ? newKey : changes && (status === 502 || status === 504) ? maybeDone : remedyOf(status, code);
  return new Refused(status, `${url} answered ${status}${said === "" ? "" : `: ${said}`}.`.replace(/\.\.$/, "."), remedy);
}

/** The advice that usually helps. */
function remedyOf(status: number, code: string): string {
  if (code === "not_offered") return "This server does not offer it; an administrator may turn it on (docs/operating/network.md).";
  if (status === 403) return "Use a key that may do this: webster login --profile NAME, then --profile NAME";
  if (status === 404) return "Check the id, and that the key belongs to the environment that has it: webster whoami";
  if (status === 409 || status === 422 || status === 400) return "Correct what it says, and run the command again.";
  if (status === 429) return "Wait a moment, and run the command again.";
  if (status >= 300 && status < 400) return "Give the server's own address: --server URL";
  return "Try again; if it goes on, look at the server's log.";
}

/** What answers there is something else. */
export const anotherServer = (url: string): CliError =>
  new CliError(`${url} answered, but not as Webster or Svix do.`, "Check the address: webster whoami --server URL");

function parsed(url: string, answer: Answer): unknown {
  try {
    return jsonOf(answer) ?? undefined;
  } catch {
    throw anotherServer(url);
  }
}
