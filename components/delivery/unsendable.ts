import { grouped } from "../ui/number.ts";

/** Of what would be sent again: what is left out, and why. Null: nothing. */
export const unsendableText = (count: number | undefined): string | null =>
  count === undefined
    ? null
    : `${grouped(count)} more ${count === 1 ? "matches and stays as it is" : "match and stay as they are"}: the endpoint is disabled or ` +
      "deleted, the payload is gone, or the next attempt is queued already.";
