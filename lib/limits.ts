/**
 * What a caller, an application or an environment may take at once, so that none stalls the others: one table, from which
 * the settings (lib/settings.ts), their checks and the refusals come.
 */
import type { Actor } from "./actor.ts";
import { AppError } from "./errors.ts";

type Limit = {
  variable: `WEBSTER_LIMIT_${string}`;
  fallback: number;
  /** For the table of settings, after "At most this many". */
  bounds: string;
  /**
   * `of`: what is refused beyond the limit. 409: until some are removed; 429: it passes by itself. `plain`: the same for an
   * application's people, who know of no setting, and what they can do; null: not offered to them. Null: the API refuses nothing by it.
   */
  refusal: { of: string; plain: string | null; code: "conflict" | "rate_limited" } | null;
};

export const limits = {
  endpointsPerUrl: {
    variable: "WEBSTER_LIMIT_ENDPOINTS_PER_URL",
    fallback: 20,
    bounds: "endpoints with the same URL in an application, also after a URL is changed",
    refusal: {
      of: "endpoints of one URL in an application",
      plain: "endpoints with the same URL: delete one first",
      code: "conflict",
    },
  },
  portalEndpoints: {
    variable: "WEBSTER_LIMIT_PORTAL_ENDPOINTS",
    fallback: 50,
    bounds: "endpoints in an application when one is created in the portal; API keys and members may create more",
    refusal: {
      of: "endpoints in an application whose people make one in the portal",
      plain: "endpoints: delete one first",
      code: "conflict",
    },
  },
  streamsPerCaller: {
    variable: "WEBSTER_LIMIT_STREAMS_PER_CALLER",
    fallback: 20,
    bounds: "open event streams per member, API key or portal token, at each server process",
    refusal: {
      of: "event streams open for one member, key or token",
      plain: null,
      code: "rate_limited",
    },
  },
  streamsPerEnvironment: {
    variable: "WEBSTER_LIMIT_STREAMS_PER_ENVIRONMENT",
    fallback: 200,
    bounds: "open event streams per environment, at each server process",
    refusal: { of: "event streams open for one environment", plain: null, code: "rate_limited" },
  },
  streams: {
    variable: "WEBSTER_LIMIT_STREAMS",
    fallback: 500,
    bounds: "open event streams in all, of which an organization leaves as many to others as it has, at each server process",
    refusal: { of: "event streams open at one server process", plain: null, code: "rate_limited" },
  },
  tasksPerApplication: {
    variable: "WEBSTER_LIMIT_TASKS_PER_APPLICATION",
    fallback: 50,
    bounds: "unfinished background tasks per application",
    refusal: {
      of: "unfinished background tasks of one application",
      plain: "unfinished background tasks: try again when one has ended",
      code: "rate_limited",
    },
  },
  tasksPerCaller: {
    variable: "WEBSTER_LIMIT_TASKS_PER_CALLER",
    fallback: 25,
    bounds: "unfinished background tasks started by one member or portal token",
    refusal: {
      of: "unfinished background tasks begun by one member or portal token",
      plain: "unfinished background tasks: try again when one has ended",
      code: "rate_limited",
    },
  },
  tasksPerEnvironment: {
    variable: "WEBSTER_LIMIT_TASKS_PER_ENVIRONMENT",
    fallback: 200,
    bounds: "unfinished background tasks per environment",
    refusal: {
      of: "unfinished background tasks of one environment",
      plain: "unfinished background tasks: try again when one has ended",
      code: "rate_limited",
    },
  },
  hops: {
    variable: "WEBSTER_LIMIT_HOPS",
    fallback: 3,
    bounds:
      "hops of a webhook whose endpoints lead back to a Webster; beyond that a source answers 508 and keeps the request in quarantine as `loop`, and the API refuses the message with 400",
    refusal: null,
  },
  namesPerEndpoint: {
    variable: "WEBSTER_LIMIT_NAMES_PER_ENDPOINT",
    fallback: 2,
    bounds: "names being resolved at once per endpoint, by each process",
    refusal: null,
  },
  namesPerApplication: {
    variable: "WEBSTER_LIMIT_NAMES_PER_APPLICATION",
    fallback: 8,
    bounds: "names being resolved at once per application, by each process",
    refusal: null,
  },
  names: {
    variable: "WEBSTER_LIMIT_NAMES",
    fallback: 256,
    bounds: "names being resolved at once in all, by each process",
    refusal: null,
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;
export type Limits = Record<LimitName, number>;

export const mostOfALimit = 1_000_000;

type RefusingLimit = { [Name in LimitName]: (typeof limits)[Name]["refusal"] extends null ? never : Name }[LimitName];

/** Throws AppError if there is no room for one more; it names the limit and its setting, or to the portal what can be done. */
export function requireBelow({ kind }: Pick<Actor, "kind">, all: Limits, name: RefusingLimit, present: number): void {
  if (present < all[name]) return;
  const { variable, refusal } = limits[name];
  const said = kind === "portal" && refusal.plain !== null ? refusal.plain : `${refusal.of}: ${variable} on the server says so`;
  const detail = `There can be no more than ${all[name]} ${said}`;
  throw new AppError(refusal.code, detail, refusal.code === "rate_limited" ? { retryAfterSeconds: 10 } : {});
}
