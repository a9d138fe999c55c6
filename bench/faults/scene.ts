/** Who takes part: applications, and endpoints that each misbehave in a way of their own until all are well again. */
import { createHash } from "node:crypto";
import type { Endpoint } from "./check.ts";

export type Behaviour = "well" | "slow" | "flaky" | "hanging" | "dripping" | "away";

export type Tenant = {
  name: string;
  endpoints: { name: string; behaviour: Behaviour; ordering?: "fifo" }[];
  /** Posts one after the other; as many lines are posted side by side. */
  lines: number;
  /** The pause between two posts of a line. */
  pauseMs: number;
  /** `fifo`: the endpoint promises it; `key`: each line is an ordering key. */
  order: "none" | "fifo" | "key";
  /** The way in: through the API, or as GitHub at a source. */
  entrance: "api" | "source";
};

/** The tenant at which nothing is wrong: what others suffer must not reach it. */
export const calmTenant = "calm";

const usual = { order: "none", entrance: "api" } as const;

export const tenants: Tenant[] = [
  { ...usual, name: calmTenant, lines: 6, pauseMs: 100, endpoints: [well("one"), well("two")] },
  { ...usual, name: "trouble", lines: 4, pauseMs: 100, endpoints: [{ name: "flaky", behaviour: "flaky" }, well("well")] },
  {
    ...usual,
    name: "stuck",
    lines: 2,
    pauseMs: 400,
    endpoints: [
      { name: "hanging", behaviour: "hanging" },
      { name: "dripping", behaviour: "dripping" },
      { name: "away", behaviour: "away" },
      well("well"),
    ],
  },
  { ...usual, name: "slow", lines: 4, pauseMs: 100, endpoints: [{ name: "slow", behaviour: "slow" }] },
  { ...usual, name: "fifo", lines: 1, pauseMs: 50, order: "fifo", endpoints: [{ name: "fifo", behaviour: "flaky", ordering: "fifo" }] },
  { ...usual, name: "keyed", lines: 4, pauseMs: 150, order: "key", endpoints: [{ name: "keyed", behaviour: "flaky" }] },
  { ...usual, name: "source", lines: 3, pauseMs: 100, entrance: "source", endpoints: [well("well")] },
];

export const endpoints: (Endpoint & { behaviour: Behaviour; ordering: "fifo" | undefined })[] = tenants.flatMap((tenant) =>
  tenant.endpoints.map(({ name, behaviour, ordering }) => ({
    name: `${tenant.name}/${name}`,
    tenant: tenant.name,
    isOrdered: tenant.order !== "none",
    behaviour,
    ordering,
  })),
);

/** An endpoint's secret, the same in each process, and no two alike. */
export const secretOf = (endpoint: string): string =>
  `whsec_${createHash("sha256").update(`secret of ${endpoint}`).digest().subarray(0, 24).toString("base64")}`;

/** A payload whose bytes any reading and writing anew would change. */
export const payloadOf = (key: string): string =>
  `{"key":"${key}", "n":1.0,"n":12345678901234567890,"café":"gr\\u00f6\\u00dfer","empty":{ }}`;

export const hashOf = (body: string | Buffer): string => createHash("sha256").update(body).digest("hex");

function well(name: string): { name: string; behaviour: Behaviour } {
  return { name, behaviour: "well" };
}
