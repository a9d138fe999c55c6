/** A provider's sample as an event of its own, so that the second test is no duplicate of the first. */
import { withValueAt } from "./jsonText.ts";
import { jsonOf, textAt } from "./request.ts";
import type { Provider } from "./row.ts";

/** The sample's body with `id` where the provider names its events in the body; unchanged if it names them elsewhere. */
export function sampleAs({ sample, identity }: Provider, id: string): string {
  const json = jsonOf(Buffer.from(sample.body));
  for (const { places, each } of identity) {
    if (!places[0].startsWith("body:")) continue;
    const inEvent = places[0].slice("body:".length);
    const place = each === undefined ? inEvent : [...(each === "" ? [] : [each]), "0", inEvent].join(".");
    if (textAt(json, place) === null) continue;
    return withValueAt(sample.body, steps(place), JSON.stringify(id)) ?? sample.body;
  }
  return sample.body;
}

const steps = (place: string): (string | number)[] => place.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
