/**
 * What a caller, an application or an environment may take at once, so that none stalls the others: one table, from which the
 * settings, their checks and the refusals come. docs/operating.md has a line for each.
 */
import { AppError } from "./errors.ts";

type Limit = {
  variable: `WEBSTER_LIMIT_${string}`;
  fallback: number;
  /** Ends "more than N": what there may be no more of. */
  of: string;
  /** 409: it stays so until something is taken away. 429: it passes by itself. */
  code: "conflict" | "rate_limited";
};

export const limits = {
  endpointsPerUrl: {
    variable: "WEBSTER_LIMIT_ENDPOINTS_PER_URL",
    fallback: 10,
    of: "endpoints of one URL in an application",
    code: "conflict",
  },
  portalEndpoints: {
    variable: "WEBSTER_LIMIT_PORTAL_ENDPOINTS",
    fallback: 50,
    of: "endpoints in an application whose people make one in the portal",
    code: "conflict",
  },
  streamsPerCaller: {
    variable: "WEBSTER_LIMIT_STREAMS_PER_CALLER",
    fallback: 20,
    of: "event streams open for one member, key or token",
    code: "rate_limited",
  },
  streamsPerEnvironment: {
    variable: "WEBSTER_LIMIT_STREAMS_PER_ENVIRONMENT",
    fallback: 200,
    of: "event streams open for one environment",
    code: "rate_limited",
  },
  streams: { variable: "WEBSTER_LIMIT_STREAMS", fallback: 500, of: "event streams open at one server process", code: "rate_limited" },
  tasksPerApplication: {
    variable: "WEBSTER_LIMIT_TASKS_PER_APPLICATION",
    fallback: 50,
    of: "unfinished background tasks of one application",
    code: "rate_limited",
  },
  tasksPerCaller: {
    variable: "WEBSTER_LIMIT_TASKS_PER_CALLER",
    fallback: 25,
    of: "unfinished background tasks begun by one member or portal token",
    code: "rate_limited",
  },
  tasksPerEnvironment: {
    variable: "WEBSTER_LIMIT_TASKS_PER_ENVIRONMENT",
    fallback: 200,
    of: "unfinished background tasks of one environment",
    code: "rate_limited",
  },
  namesPerEndpoint: {
    variable: "WEBSTER_LIMIT_NAMES_PER_ENDPOINT",
    fallback: 2,
    of: "host names being resolved for one endpoint",
    code: "rate_limited",
  },
  namesPerApplication: {
    variable: "WEBSTER_LIMIT_NAMES_PER_APPLICATION",
    fallback: 8,
    of: "host names being resolved for one application",
    code: "rate_limited",
  },
  names: { variable: "WEBSTER_LIMIT_NAMES", fallback: 256, of: "host names being resolved by one process", code: "rate_limited" },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;
export type Limits = Record<LimitName, number>;

export const mostOfALimit = 1_000_000;

/** Throws AppError: what the limit is, and which setting has it. */
export function requireBelow(all: Limits, name: LimitName, present: number): void {
  if (present < all[name]) return;
  const { variable, of, code } = limits[name];
  const detail = `There can be no more than ${all[name]} ${of} (${variable} on the server)`;
  throw new AppError(code, detail, code === "rate_limited" ? { retryAfterSeconds: 10 } : {});
}
