/** Counts how often a Webster passed a request on, as it comes to the next one: what goes in a circle has an end. */
export const hopsHeader = "webster-hops";

/** How often the request was passed on before. 0: it came from somebody else than a Webster. */
export function hopsOf(headers: Record<string, string>): number {
  const text = headers[hopsHeader] ?? "";
  if (text === "") return 0;
  // Joined by who sent more than one; a long number is more than a few in any case.
  const counts = text.split(",").map((one) => /^\s*(\d{1,9})\d*\s*$/.exec(one)?.[1]);
  return Math.max(0, ...counts.map((digits) => Number(digits ?? 0)));
}
