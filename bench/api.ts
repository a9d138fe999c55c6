/** What a benchmark sets up through the API. */
export type Access = { url: string; apiKey: string };

/** Asks the API. Throws what was answered if it is no success; {} where there is nothing to read. */
export async function api(
  { url, apiKey }: Access,
  path: string,
  body: unknown,
  method = "POST",
): Promise<{ id: string } & Record<string, unknown>> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? {} : JSON.parse(text)) as { id: string };
}
