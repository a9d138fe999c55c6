/** Every answer that the API gives in a test must be what the contract says; the test during which another was given fails. */
import { afterAll, afterEach } from "vitest";
import { takeFaults, watchAnswers } from "./watchedAnswers.ts";

watchAnswers();
afterEach(refuseFaults);
afterAll(refuseFaults);

function refuseFaults(): void {
  const faults = takeFaults();
  if (faults.length > 0) throw new Error(`Not as the contract says:\n${faults.join("\n")}`);
}
