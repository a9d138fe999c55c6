/** The examples with everything in them made: what each client's program is told to call. */
import type { Plan, PlannedCall } from "./client.ts";
import { examples } from "./examples/all.ts";
import type { Example } from "./examples/example.ts";
import { type Ask, type Fixtures, newFixtures } from "./fixtures.ts";
import { filled, filledText } from "./text.ts";

export type Prepared = { name: string; example: Example; call: PlannedCall; path: string; fixtures: Fixtures };

/** The examples, made ready, under every name that an SDK may have for them. Nothing is shared between two of them. */
export async function preparedExamples(ask: Ask, receiverUrl: string): Promise<Map<string, Prepared>> {
  const prepared = new Map<string, Prepared>();
  for (const [name, example] of Object.entries(examples))
    for (const spelled of new Set([name, ...(example.older ?? [])]))
      prepared.set(spelled, await prepare(name, example, newFixtures(ask, receiverUrl)));
  return prepared;
}

export const planOf = (prepared: Map<string, Prepared>): Plan =>
  Object.fromEntries([...prepared].map(([spelled, { call }]) => [spelled, call]));

async function prepare(name: string, example: Example, fixtures: Fixtures): Promise<Prepared> {
  const template = example.request.slice(example.request.indexOf(" ") + 1);
  const path = await filledText(template, fixtures);
  const parameters = [...template.matchAll(/\{(\w+)\}/g)].map(([, parameter = ""]) => fixtures.made.get(parameter) ?? "");
  const call: PlannedCall = { path: parameters };
  if (example.body !== undefined) call.body = await filled(example.body, fixtures);
  if (example.options !== undefined) call.options = (await filled(example.options, fixtures)) as Record<string, unknown>;
  if (example.as === "portal") call.token = await fixtures.of("portal");
  return { name, example, call, path, fixtures };
}
