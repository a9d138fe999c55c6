/** Applications with all that is theirs. Their ids stay, wherever the target can give them. */
import { listed } from "./api.ts";
import { moveDestinations } from "./destinations.ts";
import { moveEndpoints } from "./endpoints.ts";
import type { EventTypes } from "./eventTypes.ts";
import { ApiError, Fatal } from "./faults.ts";
import { moveIntegrations } from "./integrations.ts";
import { moveMessages } from "./messages.ts";
import { type Move, type Pair, at, attempt, compared, eachOf, idIsRefused, made, makeAnew, unlessRefused } from "./move.ts";
import { type Application, differences, rateOf } from "./shapes.ts";

const applicationsAtATime = 3;

export async function moveApplications(move: Move, eventTypes: EventTypes): Promise<void> {
  const applications = await chosen(move);
  const known = await targets(move);
  let done = 0;
  await eachOf(applications, applicationsAtATime, async (application) => {
    await attempt(move, "application", application.id, async () => {
      const pair = await moveOne(move, application, known);
      await moveEndpoints(move, pair, eventTypes);
      await unlessRefused(move, "Polling endpoints", () => moveDestinations(move, pair, eventTypes));
      await unlessRefused(move, "Integrations", () => moveIntegrations(move, pair));
      await moveMessages(move, pair);
    });
    done += 1;
    if (done % 25 === 0 || done === applications.length) move.say(`${done} of ${applications.length} applications`);
  });
}

async function chosen(move: Move): Promise<Application[]> {
  const { source, only } = move;
  if (only.length === 0) return listed<Application>(source, "/api/v1/app?order=ascending");
  const found: Application[] = [];
  for (const id of new Set(only)) {
    const application = await source.find<Application>(`/api/v1/app/${at(id)}`);
    if (application === null)
      throw new Fatal(`The source has no application ${id}.`, "--app takes an application's id or uid at the source.");
    found.push(application);
  }
  return found;
}

type Known = { byId: Map<string, Application>; byUid: Map<string, Application> };

async function targets({ target }: Move): Promise<Known> {
  const all = await listed<Application>(target, "/api/v1/app?order=ascending");
  const withUid = all.flatMap((application) => (application.uid ? [[application.uid, application] as const] : []));
  return { byId: new Map(all.map((application) => [application.id, application])), byUid: new Map(withUid) };
}

async function moveOne(move: Move, application: Application, known: Known): Promise<Pair> {
  const { id, uid } = application;
  const there = known.byId.get(move.state.applications[id] ?? id) ?? (uid ? known.byUid.get(uid) : undefined);
  if (there !== undefined) {
    const different = differences(fieldsOf(application), { ...there, throttleRate: rateOf(there) });
    const remark = there.id === id ? "" : `has the id ${there.id} there: use its uid, or that`;
    compared(move, "application", id, different, remark);
    return { application, targetId: there.id, isNew: false };
  }
  if (!move.apply) {
    made(move, "application", id);
    return { application, targetId: null, isNew: true };
  }
  const targetId = await create(move, application);
  made(
    move,
    "application",
    id,
    targetId === id ? "" : `the target has used its id before, so it is ${targetId} there: use its uid, or that`,
  );
  return { application, targetId, isNew: true };
}

async function create(move: Move, application: Application): Promise<string> {
  const { target, state, save } = move;
  const { id } = application;
  const fields = fieldsOf(application);
  try {
    await target.post(`/api/v1/app?id=${at(id)}`, fields);
    return id;
  } catch (error) {
    if (!(error instanceof ApiError) || !idIsRefused(error)) throw error;
  }
  // The answer to an earlier try may have been lost on its way.
  if ((await target.find(`/api/v1/app/${at(id)}`)) !== null) return id;
  const targetId = await makeAnew(move, "/api/v1/app", fields, id);
  state.applications[id] = targetId;
  save();
  return targetId;
}

const fieldsOf = (application: Application) => ({
  name: application.name,
  uid: application.uid ?? null,
  throttleRate: rateOf(application),
  metadata: application.metadata ?? {},
});
