/** Two events that look alike: shapes, and the usual kinds of likeness. */

/** `body`: JSON, or the text of a form. `id`: what the provider's headers say. A header that is null is not sent. */
export type TestEvent = { body: unknown; id?: string; headers?: Record<string, string | null>; contentType?: string };

export type Alike = { first: TestEvent; other: TestEvent; again: "duplicate" | "accepted" };

/** Two events that only the delivery's id in a header tells apart. */
export const byHeader = (body: unknown): Alike[] => [
  { first: { id: "delivery-1", body }, other: { id: "delivery-2", body }, again: "duplicate" },
];

/** Two bodies that say which event they are. */
export const byBody = (first: unknown, other: unknown): Alike => ({ first: { body: first }, other: { body: other }, again: "duplicate" });

/** Two events that nothing tells apart. */
export const byNothing = (body: unknown): Alike[] => [{ first: { body }, other: { body }, again: "accepted" }];
