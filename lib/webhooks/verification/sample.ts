/** A provider's sample as an event of its own, so that the second test is no duplicate of the first. */
import { jsonOf, textAt, valueAt } from "./request.ts";
import type { Provider } from "./row.ts";

/** The sample's body with `id` where the provider names its events in the body; unchanged if it names them elsewhere. */
export function sampleAs({ sample, identity }: Provider, id: string): string {
  const json = jsonOf(Buffer.from(sample.body));
  for (const { places, each } of identity) {
    if (!places[0].startsWith("body:")) continue;
    const event = each === undefined ? json : valueAt(json, each === "" ? "0" : `${each}.0`);
    if (putText(event, places[0].slice("body:".length), id)) return JSON.stringify(json);
  }
  return sample.body;
}

/** Whether there was one at the path, which is `text` now. */
function putText(json: unknown, path: string, text: string): boolean {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const owner = keys.length === 0 ? json : valueAt(json, keys.join("."));
  if (textAt(owner, last) === null) return false;
  (owner as Record<string, unknown>)[last] = text;
  return true;
}
