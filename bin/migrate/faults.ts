/** Faults between two servers, and what to do about them. */
import { refusalIn, Unreachable } from "../api/request.ts";
import type { Side } from "./api.ts";

/** Ends the program: `message` says what happened, `remedy` what to do. */
export class Fatal extends Error {
  override readonly name = "Fatal";
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly side: Side;
  readonly url: string;
  readonly status: number;
  /** Whether the answer should have been JSON of the API, and is not. */
  readonly foreign: boolean;

  constructor(side: Side, url: string, method: string, path: string, status: number, text: string, foreign = false) {
    super(
      foreign
        ? `${method} ${path} was answered by something that is not this API`
        : `${status}: ${refusalIn(text).detail || "no reason given"}`,
    );
    this.side = side;
    this.url = url;
    this.status = status;
    this.foreign = foreign;
  }
}

/** One of the sides does not answer. */
export class SideUnreachable extends Unreachable {
  override readonly name = "SideUnreachable";
  readonly side: Side;

  constructor(side: Side, url: string, { cause }: Unreachable) {
    super(url, cause);
    this.side = side;
  }
}

/** Faults of a whole side, as opposed to one of an item. */
export function fatalOf(error: unknown): Fatal | null {
  if (error instanceof Fatal) return error;
  if (error instanceof SideUnreachable)
    return new Fatal(
      `${error.message}.`,
      `${remedies[error.side].address} Then run the same command again: what is done is found and left alone.`,
      error,
    );
  if (!(error instanceof ApiError)) return null;
  const { side, url, status, message } = error;
  const { token, address, rights } = remedies[side];
  if (error.foreign || (status >= 300 && status < 400)) return foreign(error);
  if (status === 401) return new Fatal(`${url} does not know the key in ${token} (${message}).`, `${rights.unknown} ${address}`, error);
  if (status === 403) return new Fatal(`${url} does not let the key in ${token} do this (${message}).`, rights.lacking, error);
  if (status === 429 || status >= 500)
    return new Fatal(
      `${url} goes on refusing requests (${message}).`,
      "Run the same command again later: what is done is found and left alone.",
      error,
    );
  return null;
}

/** The fault of an answer that this API does not give. */
export function foreign(error: ApiError): Fatal {
  const { name, address } = remedies[error.side];
  return new Fatal(`What answers at ${error.url} is not ${name}'s API (${error.message}).`, address, error);
}

const remedies = {
  source: {
    name: "Svix",
    token: "SVIX_TOKEN",
    address:
      "Set SVIX_URL (or --from) to the server's address without a path: https://api.eu.svix.com or https://api.us.svix.com for Svix's cloud, by your region, or your own server's.",
    rights: {
      unknown:
        "Set SVIX_TOKEN to a key of the environment that is to be moved: from the dashboard's API access page, or of your own server `svix-server jwt generate`. A key is good in its own region only.",
      lacking:
        "It must be an API key of the environment with all rights, not a token of the app portal: endpoints' secrets are read with it.",
    },
  },
  target: {
    name: "Webster",
    token: "WEBSTER_API_KEY",
    address: "Set WEBSTER_URL (or --to) to Webster's address, such as http://127.0.0.1:3000, and see that it runs.",
    rights: {
      unknown:
        "Make an API key in Webster's dashboard, under Settings, in the environment that takes all this, and set WEBSTER_API_KEY to it.",
      lacking: "Make an API key that may write, without scopes and not for one application, in Webster's dashboard, under Settings.",
    },
  },
} as const;
