/** Integrations are known by their names; their keys are new. */
import { listed } from "./api.ts";
import { type Move, type Pair, at, attempt, compared, made } from "./move.ts";
import { type Integration, differences } from "./shapes.ts";

export async function moveIntegrations(move: Move, { application, targetId, isNew }: Pair): Promise<void> {
  const integrations = await listed<Integration>(move.source, `/api/v1/app/${at(application.id)}/integration`);
  if (integrations.length === 0) return;
  const path = `/api/v1/app/${at(targetId ?? "")}/integration`;
  const there = isNew || targetId === null ? [] : await listed<Integration>(move.target, path);
  for (const { id, name, featureFlags = [] } of integrations)
    await attempt(move, "integration", id, async () => {
      const found = there.find((other) => other.name === name);
      if (found !== undefined) return compared(move, "integration", id, differences({ featureFlags }, found));
      if (move.apply) await move.target.post(path, { name, featureFlags });
      made(move, "integration", id, "has a key of its own there, which its service must be given");
    });
}
