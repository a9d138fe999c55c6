/** Many applications with endpoints each, made through the API. */
import { api } from "./api.ts";
import type { Target } from "./prefill.ts";
import type { Subject } from "./subject.ts";
import { eventTypeOf, pathOf, secretOf } from "./workload.ts";

const together = 16;

/** How large a crowd is. `originOf`: where its endpoint of that number receives, counted through all applications. */
export type Crowd = { applications: number; endpointsEach: number; originOf: (endpoint: number) => string };

/** The crowd is in the environment of a target, whose event types it has. */
export async function createCrowd(
  subject: Subject,
  { environmentId }: Target,
  { applications, endpointsEach, originOf }: Crowd,
): Promise<Target[]> {
  const targets: Target[] = [];
  let next = 0;
  const make = async (): Promise<void> => {
    for (let number = next++; number < applications; number = next++) {
      const { id } = await api(subject.access, "/app", { name: `Crowd ${number}` });
      const endpointIds: string[] = [];
      for (let i = 0; i < endpointsEach; i++) {
        const url = `${originOf(number * endpointsEach + i)}${pathOf(i)}`;
        const endpoint = { url, secret: secretOf(i), eventTypes: [eventTypeOf(i)] };
        endpointIds.push((await api(subject.access, `/app/${id}/endpoint`, endpoint)).id);
      }
      targets.push({ environmentId, applicationId: id, endpointIds });
    }
  };
  await Promise.all(Array.from({ length: together }, make));
  return targets;
}
