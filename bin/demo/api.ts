/** The calls that the demo makes, as any program could: plain HTTP, nothing of Webster's own code. */
import { isSuccess, jsonOf, refusalIn, request } from "../api/request.ts";
import type { Target } from "./target.ts";

const timeoutMs = 60_000;

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
    const answer = await request(url, { method, path: `/api/v1${path}`, token: apiKey, body, timeoutMs });
    if (!isSuccess(answer) && !accept.includes(answer.status))
      throw new Error(`${method} ${path} was answered ${answer.status}: ${refusalIn(answer.bytes.toString()).detail}`);
    return jsonOf(answer);
  };
  return {
    get: (path) => call("GET", path, undefined) as Promise<never>,
    post: (path, body, accept) => call("POST", path, body, accept) as Promise<never>,
    patch: async (path, body) => void (await call("PATCH", path, body)),
    delete: async (path) => void (await call("DELETE", path, undefined)),
  };
}
