/** The calls that the demo makes, as any program could: plain HTTP, nothing of Webster's own code. */
import type { Target } from "./target.ts";

export type Attempt = {
  status: number;
  responseStatusCode: number;
  responseDurationMs: number;
  response: string;
  timestamp: string;
  triggerType: number;
};

export type Api = {
  get<T>(path: string): Promise<T>;
  /** `accept`: statuses that are fine besides 2xx. */
  post<T>(path: string, body: unknown, accept?: number[]): Promise<T>;
  patch(path: string, body: unknown): Promise<void>;
  delete(path: string): Promise<void>;
};

export function apiOf({ url, apiKey }: Target): Api {
  const call = async (method: string, path: string, body: unknown, accept: number[] = []): Promise<unknown> => {
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/api/v1${path}`, init).catch((cause: unknown) => {
      throw new Error(`Nothing answers at ${url}`, { cause });
    });
    const text = await response.text();
    if (!response.ok && !accept.includes(response.status)) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  return {
    get: (path) => call("GET", path, undefined) as Promise<never>,
    post: (path, body, accept) => call("POST", path, body, accept) as Promise<never>,
    patch: async (path, body) => void (await call("PATCH", path, body)),
    delete: async (path) => void (await call("DELETE", path, undefined)),
  };
}
