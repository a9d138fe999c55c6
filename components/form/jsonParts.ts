/**
 * The parts directly inside of JSON, each as it stands: of an object its members by name, of a list its elements by number.
 * Reading and writing it anew would round its numbers. Expects what JSON.parse has accepted.
 */
export function jsonParts(json: string): Map<string, string> {
  const parts = new Map<string, string>();
  let [depth, from, colon] = [0, 0, -1];
  const end = (at: number): void => {
    const text = json.slice(Math.max(from, colon + 1), at).trim();
    if (text !== "") parts.set(colon < 0 ? String(parts.size) : (JSON.parse(json.slice(from, colon)) as string), text);
    [from, colon] = [at + 1, -1];
  };
  for (const { 0: token, index } of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
    if (token === "{" || token === "[") {
      depth += 1;
      if (depth === 1) from = index + 1;
    } else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth === 0) end(index);
    } else if (depth === 1 && token === ",") end(index);
    else if (depth === 1 && token === ":") colon = index;
  }
  return parts;
}
