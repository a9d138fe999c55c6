/** What is read of a build through the API: single rows, and pages of 50 of each noun. */
import { api } from "./api.ts";
import type { Target } from "./prefill.ts";
import type { Subject } from "./subject.ts";
import { type Run, type Stage, endToEnd, seconds } from "./workloads.ts";

const pageOf = 50;
const messages = 500;
const readMs = 2_000;

/** By its name the paths of each kind of read, asked in turn. */
export type Reads = Map<string, string[]>;

/** Stores what a page of each noun holds. */
export async function furnish(stage: Stage, subject: Subject, target: Target): Promise<Reads> {
  await endToEnd(stage, subject, target, messages, 1);
  const app = `/api/v1/app/${target.applicationId}`;
  for (let number = 0; number < pageOf; number++) {
    await api(subject.access, "/app", { name: `Reader ${number}` });
    const endpoint = { url: `${stage.receiverUrl}/reader/${number}`, disabled: true };
    await api(subject.access, `/app/${target.applicationId}/endpoint`, endpoint);
  }
  const found = await subject.client.query<{ id: string }>(`select "id" from "message" where "applicationId" = $1 limit ${messages}`, [
    target.applicationId,
  ]);
  const [endpointId = ""] = target.endpointIds;
  const lists: [string, string][] = [
    ["50 applications", `/api/v1/app?limit=${pageOf}`],
    ["50 endpoints", `${app}/endpoint?limit=${pageOf}`],
    ["50 messages", `${app}/msg?limit=${pageOf}`],
    ["50 attempts", `${app}/attempt/endpoint/${endpointId}?limit=${pageOf}`],
    ["50 messages of an endpoint", `${app}/endpoint/${endpointId}/msg?limit=${pageOf}`],
  ];
  return new Map([
    ["a message", found.rows.map(({ id }) => `${app}/msg/${id}?with_content=true`)],
    ["a message's attempts", found.rows.map(({ id }) => `${app}/attempt/msg/${id}`)],
    ["an endpoint", [`${app}/endpoint/${endpointId}`]],
    ...lists.map(([name, path]): [string, string[]] => [name, [path]]),
    // Builds that answer alike what is asked alike at once don't see here that it is alike.
    ...lists.map(([name, path]): [string, string[]] => [
      `${name}, each for itself`,
      Array.from({ length: 500 }, (_, i) => `${path}&reader=${i}`),
    ]),
  ]);
}

/** By 32 connections, warmed up with a third. */
export async function reading({ load }: Stage, subject: Subject, paths: string[]): Promise<Run> {
  const options = { ...subject.access, paths, connections: 32 };
  await load.call("read", { ...options, durationMs: readMs / 3 });
  const cost = await subject.measure({ load: load.pid });
  const { count, startedAtMs, endedAtMs } = await load.call("read", { ...options, durationMs: readMs });
  return { perSecond: count / seconds(startedAtMs, endedAtMs), cost: await cost(count), notes: [] };
}
