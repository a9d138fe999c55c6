/** What a portal token can be allowed, in Svix's words. Apart from its schema, so that pages need no zod for it. */
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

/** Whether a token with the grants `held` may do what is asked; undefined: it may do all. */
export const isGranted = (held: readonly Grant[] | undefined, asked: Grant): boolean =>
  held === undefined || held.some((grant) => grant === asked || implied[grant]?.includes(asked));
