/** Who is calling. Every service takes one first, and sees only what it may see. */
export type Actor = {
  kind: "apiKey" | "portal" | "system";
  /** The id of the key or portal access; "system" for the programs themselves. */
  id: string;
  organizationId: string;
  environmentId: string;
  /** Set: only this application exists for the actor. */
  applicationId: string | null;
  /** Feature flags that a portal token was given; event types with others don't exist for it. Null: sees all. */
  featureFlags: string[] | null;
};
