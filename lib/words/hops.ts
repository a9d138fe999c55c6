/** Counts how often a Webster passed a request on, as it comes to the next one: what goes in a circle has an end. */
export const hopsHeader = "webster-hops";

/** How often the request was passed on before. 0: it came from somebody else than a Webster. */
export function hopsOf(headers: Record<string, string>): number {
  // Joined by who sent more than one; a long number is more than a few in any case.
  const counts = (headers[hopsHeader] ?? "").split(",").map((text) => /^\s*(\d{1,9})\d*\s*$/.exec(text)?.[1]);
  return Math.max(0, ...counts.map((digits) => Number(digits ?? 0)));
}
