/**
 * What must not compile, checked by tsc with all the rest and never run: were one of these lines to compile, its
 * `@ts-expect-error` would be the error.
 */
import * as z from "zod/mini";
import { reply } from "../api/reply.ts";
import { route } from "../api/route.ts";
import type { Actor } from "../actor.ts";
import { deleteApplication, getApplication, putApplication } from "../contract/application.ts";
import type { Written } from "../contract/answer.ts";
import { findApplication } from "../db/applications.ts";
import { readKeys } from "../db/sql/log/log.ts";
import { readApplicationUsage } from "../db/sql/figures/statistics.ts";
import { readReceivedWhole } from "../db/sql/log/receivedLog.ts";
import { environmentOfRow } from "../db/rowIds.ts";
import type { ApplicationId, EnvironmentId } from "../ids.ts";
import { release } from "../services/receivedRequest/release.ts";
import { applicationOf, findEndpointRow } from "../services/shared/scope.ts";

const createdAt = new Date();
const own = { id: "app_1", uid: null, name: "A", throttleRate: null, rateLimit: null, metadata: {}, sourceId: null };
const application = { ...own, createdAt, updatedAt: createdAt };

export const right = [
  route(getApplication, () => application),
  route(getApplication, async () => ({ ...application, createdAt: "2026-11-23T08:00:00Z" })),
  route(putApplication, () => reply(201, application)),
  route(deleteApplication, () => undefined),
];

export const wrong = [
  // @ts-expect-error -- a member has another type
  route(getApplication, () => ({ ...application, name: 1 })),
  // @ts-expect-error -- a required member is missing
  route(getApplication, async () => ({ ...application, name: undefined })),
  // @ts-expect-error -- a Date where the text isn't a moment
  route(getApplication, () => ({ ...application, name: createdAt })),
  // @ts-expect-error -- nothing, where there is content
  route(getApplication, () => undefined),
  // @ts-expect-error -- content, where there is none
  route(deleteApplication, () => application),
  // @ts-expect-error -- a status that the operation doesn't answer
  route(getApplication, () => reply(202, application)),
  // @ts-expect-error -- a status of its own with the value of no answer
  route(putApplication, () => reply(201, { id: "app_1" })),
];

const Nested = z.object({ at: z.nullable(z.iso.datetime()), kinds: z.array(z.enum(["a", "b"])), note: z.optional(z.string()) });
export const written: Written<typeof Nested>[] = [
  { at: createdAt, kinds: ["a"], note: undefined },
  { at: null, kinds: [] },
  // @ts-expect-error -- no word of the list
  { at: null, kinds: ["c"] },
  // @ts-expect-error -- null isn't undefined
  { at: null, kinds: [], note: null },
];

/** What a request names is no id that its actor may see: only auth and scope make those. */
export async function scoped(actor: Actor, named: string) {
  const application = await applicationOf(actor, named);
  await findEndpointRow(application, named);
  await findApplication(actor.environmentId, named);
  // @ts-expect-error -- a bare string as an environment
  await findApplication(named, named);
  // @ts-expect-error -- the same, of the log
  await readKeys(named, []);
  // @ts-expect-error -- an application that nobody asked scope for
  await findEndpointRow({ id: named }, named);
  // @ts-expect-error -- an actor moved by hand
  const moved: Actor = { ...actor, environmentId: named };
  // @ts-expect-error -- an application isn't an environment
  const environment: EnvironmentId = application.id;
  // @ts-expect-error -- nor the other way round
  const other: ApplicationId = actor.environmentId;
  return [moved, environment, other];
}

/** Background work has read its ids from a row, and says so. */
export async function ofARow(row: { environmentId: string }) {
  await release(environmentOfRow(row), "rcv_1", false);
  // @ts-expect-error -- a bare string to what a task shares with requests
  await release(row.environmentId, "rcv_1", false);
  // @ts-expect-error -- the same, of received requests
  await readReceivedWhole(row.environmentId, "rcv_1");
  // @ts-expect-error -- the same, of figures
  await readApplicationUsage(row.environmentId, createdAt, createdAt, 1, {});
}
