/** What a portal token was given, in Svix's words. Apart from its schema: pages ask this without zod. */
export const capabilities = [
  "ViewBase",
  "ViewEndpointSecret",
  "ManageEndpointSecret",
  "ManageTransformations",
  "CreateAttempts",
  "ManageEndpoint",
] as const;

export type Capability = (typeof capabilities)[number];

/** `Autoconfig`: the token of an AutoConfig subscription, which may do nothing else. */
export type Grant = Capability | "Autoconfig";

/** Managing an endpoint includes its secrets. */
const implied: Partial<Record<Grant, readonly Grant[]>> = {
  ManageEndpoint: ["ManageEndpointSecret", "ViewEndpointSecret"],
  ManageEndpointSecret: ["ViewEndpointSecret"],
};

/** `held` undefined: all. */
export const isGranted = (held: readonly Grant[] | undefined, asked: Grant): boolean =>
  held === undefined || held.some((grant) => grant === asked || implied[grant]?.includes(asked));
