import type { FactorWay } from "../../lib/words/factorWay.ts";

/** A second step that a page begins with. "expired": the password was given too long ago. */
export type WaitingStep = readonly FactorWay[] | "expired" | null;

/** Puts the second step into the address, or takes it out: a reload shows the same. What opens it is the cookie that came with it. */
export function keepStep(step: "second" | null): void {
  window.history.replaceState(null, "", addressWith(step));
}

/** Begins anew, in a new document. */
export const leaveStep = (): void => window.location.assign(addressWith(null));

function addressWith(step: "second" | null): URL {
  const url = new URL(window.location.href);
  if (step === null) url.searchParams.delete("step");
  else url.searchParams.set("step", step);
  return url;
}
