/** The tools of each part of the contract suite: a running server, a tenant of its own, both SDKs, plain requests. */
import { Svix } from "svix";
import { Svix as SvixV1 } from "svix-v1";
import { type Tenant, newTenant } from "../tenant.ts";

/** A server, API and engine, on the test's database. */
export type Running = { url: string; close: () => Promise<void> };

export type Answer = { status: number; headers: Headers; text: string; json: unknown };

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

type CallOptions = {
  body?: unknown;
  /** In place of body: sent as it stands. */ raw?: string | Buffer<ArrayBuffer>;
  headers?: Record<string, string>;
  token?: string | null;
};

export type Client = {
  tenant: Tenant;
  svix: Svix;
  v1: SvixV1;
  /** `path` without /api/v1. */
  call: Call;
  /** Clients of someone else in the same environment: with a portal token. */
  as: (token: string) => { svix: Svix; call: Call };
};

export type Context = { url: () => string; client: () => Promise<Client> };

export function contextOf(running: () => Running): Context {
  const url = (): string => running().url;
  const client = async (): Promise<Client> => {
    const tenant = await newTenant();
    const caller = callerOf(url(), tenant.apiKey);
    return {
      tenant,
      svix: svixOf(url(), tenant.apiKey),
      v1: new SvixV1(tenant.apiKey, { serverUrl: url() }),
      call: caller,
      as: (token) => ({ svix: svixOf(url(), token), call: callerOf(url(), token) }),
    };
  };
  return { url, client };
}

const svixOf = (serverUrl: string, token: string): Svix => new Svix(token, { serverUrl });

function callerOf(url: string, usualToken: string): Call {
  return async (method, path, { body, raw, headers = {}, token = usualToken } = {}) => {
    const content = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      body: content,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: isJson(response) && text !== "" ? JSON.parse(text) : null };
  };
}

const isJson = (response: Response): boolean => response.headers.get("content-type")?.includes("json") ?? false;

/** Asks until the condition holds; throws with what was last seen after the deadline. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not so after ${timeoutMs} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The status that a call of an SDK was refused with. */
export async function refusal(call: Promise<unknown>): Promise<number> {
  try {
    await call;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === "number") return code;
    throw error;
  }
  throw new Error("The call was not refused");
}

export const detailOf = (answer: Answer): { loc: string[]; msg: string; type: string }[] =>
  (answer.json as { detail: { loc: string[]; msg: string; type: string }[] }).detail;

/** What the environment of a test's tenant is set to. */
export const tenantSettings = {
  payloadValidation: "off",
  payloadSearch: false,
  svixHeaders: true,
  portalOrigins: [],
  singleUsePortalLinks: false,
  keysMayMakeKeys: true,
  maximumKeyDays: 0,
  userAgent: null,
  idHeader: null,
  traceHeaders: false,
};
