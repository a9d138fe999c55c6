/** Sources of every provider, and destinations of both kinds: what SDKs read by the variant that the type says. */
import { configOf, kinds } from "../../lib/webhooks/verification/testSupport.ts";

/** Makes all sources and destinations, and asks for the lists of them. Throws if one is refused. */
export async function makeEachKind(url: string, apiKey: string): Promise<void> {
  const call = async (method: string, path: string, body?: unknown): Promise<{ id: string }> => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as { id: string };
  };
  for (const provider of kinds) await call("POST", "/api/v1/source", { name: provider, provider, ...configOf(provider) });
  // A source that has no key yet still has to be readable.
  await call("POST", "/api/v1/source", { name: "bare", provider: "telnyx" });
  await call("GET", "/ingest/api/v1/source?limit=250");
  const { id } = await call("POST", "/api/v1/app", { name: "Destinations" });
  const destinations = `/api/v1/app/${id}/destination`;
  await call("POST", destinations, { type: "pollingEndpoint" });
  await call("POST", destinations, { type: "fifoEndpoint", config: { url: "https://example.com/", headers: { "x-a": "b" } } });
  await call("GET", destinations);
}
