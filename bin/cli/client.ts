/** Calls of the API, for people: what is wrong with one is said with what to do about it. */
import { type Answer, isSuccess, jsonOf, refusalIn, request, Unreachable } from "../api/request.ts";
import { CliError, plain } from "./io.ts";
import type { Target } from "./target.ts";

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

const timeoutMs = 30_000;

/** Calls of a server's API. Rejects with CliError. `path`: under /api/v1. */
export function clientOf({ url, apiKey, keyIsFor }: Target): Call {
  if (apiKey === null)
    throw new CliError(
      `There is no API key for ${url}.`,
      keyIsFor === undefined
        ? "webster login, or set WEBSTER_API_KEY; keys are made in the dashboard under API keys"
        : `WEBSTER_API_KEY is the key for WEBSTER_URL (${keyIsFor}): set that one too, or webster login --server ${url}`,
    );
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await request(url, { method, path: `/api/v1${path}`, token: apiKey, body, timeoutMs }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (!isSuccess(answer)) throw refused(url, answer.status, answer.bytes.toString());
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

function unreachable(url: string, error: unknown): unknown {
  if (!(error instanceof Unreachable)) return error;
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

export function refused(url: string, status: number, text: string): Refused {
  const { code, detail } = refusalIn(text);
  const said = plain(detail);
  return new Refused(status, `${url} answered ${status}${said === "" ? "" : `: ${said}`}.`.replace(/\.\.$/, "."), remedyOf(status, code));
}

/** The advice that usually helps. */
function remedyOf(status: number, code: string): string {
  if (code === "not_offered") return "This server does not offer it; an administrator may turn it on (docs/operating/network.md).";
  if (status === 401) return "Sign in again: webster login";
  if (status === 403) return "Use a key that may do this: webster login --profile NAME, then --profile NAME";
  if (status === 404) return "Check the id, and that the key belongs to the environment that has it: webster whoami";
  if (status === 409 || status === 422 || status === 400) return "Correct what it says, and run the command again.";
  if (status === 429) return "Wait a moment, and run the command again.";
  if (status >= 300 && status < 400) return "Give the server's own address: --server URL";
  return "Try again; if it goes on, look at the server's log.";
}

function parsed(url: string, answer: Answer): unknown {
  try {
    return jsonOf(answer) ?? undefined;
  } catch {
    throw new CliError(`${url} answered, but not as Webster or Svix do.`, "Check the address: webster whoami --server URL");
  }
}
