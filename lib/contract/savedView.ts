/** Named sets of filters of the delivery log: a member's own, or the team's. */
import * as z from "zod/mini";
import { DeliveryFilter } from "./delivery.ts";
import { operation } from "./operation.ts";
import { deleted, plainText } from "./shared.ts";

const name = plainText.check(z.minLength(1), z.maxLength(60));
const shared = z.boolean().check(z.meta({ description: "Whether every member of the environment sees it." }));

const withinSeconds = z
  .int()
  .check(z.gte(60), z.lte(90 * 24 * 3600))
  .check(z.meta({ description: "How far back it reaches from the moment it is opened, in place of the filter's `after` and `before`." }));

export const SavedViewIn = z
  .object({ name, filter: DeliveryFilter, withinSeconds: z.nullish(withinSeconds), shared: z._default(shared, false) })
  .check(z.meta({ id: "SavedViewIn" }));
export type SavedViewIn = z.output<typeof SavedViewIn>;

export const SavedViewPatch = z.object({ name: z.optional(name), shared: z.optional(shared) }).check(z.meta({ id: "SavedViewPatch" }));
export type SavedViewPatch = z.output<typeof SavedViewPatch>;

export const SavedViewOut = z
  .object({
    id: z.string(),
    name: z.string(),
    filter: DeliveryFilter,
    withinSeconds: z.nullable(withinSeconds),
    shared,
    own: z.boolean().check(z.meta({ description: "Whether the caller made it." })),
    createdAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "SavedViewOut" }));
export type SavedViewOut = z.output<typeof SavedViewOut>;

const tag = "Saved view";
const access = "member";
// Everyone may have views of their own; to share one takes a member.
const role = "viewer";
const base = "/api/v1/saved-view";
const path = `${base}/{view_id}` as const;

export const listSavedViews = operation({
  operationId: "v1.saved-view.list",
  method: "get",
  path: base,
  tag,
  summary: "List one's own saved views, and those of the team",
  description: "All of them, by name: there are at most 100.",
  access,
  responses: {
    200: { description: "The views", schema: z.object({ data: z.array(SavedViewOut) }).check(z.meta({ id: "SavedViewsOut" })) },
  },
});

export const createSavedView = operation({
  operationId: "v1.saved-view.create",
  method: "post",
  path: base,
  tag,
  summary: "Save filters under a name",
  access,
  role,
  body: SavedViewIn,
  responses: { 201: { description: "Saved", schema: SavedViewOut } },
});

export const patchSavedView = operation({
  operationId: "v1.saved-view.patch",
  method: "patch",
  path,
  tag,
  summary: "Rename one's own saved view, share it or keep it to oneself",
  access,
  role,
  body: SavedViewPatch,
  responses: { 200: { description: "The view", schema: SavedViewOut } },
});

export const deleteSavedView = operation({
  operationId: "v1.saved-view.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete a saved view: one's own, or as an admin one of the team",
  access,
  role,
  responses: deleted,
});
