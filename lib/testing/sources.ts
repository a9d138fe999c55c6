/** Sources, and requests to them, as a provider would make them. */
import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createApi } from "../api/app.ts";
import { express } from "../api/express.ts";
import { createFrontServer } from "../http/server.ts";
import type { SourceIn, SourceOut } from "../contract/source.ts";
import type { ReceivedRequestOut } from "../contract/receivedRequest.ts";
import { closeSandbox } from "../sandbox/sandbox.ts";
import { startPendingRequests } from "../services/receivedRequest/pendingRequests.ts";
import { newTenant, type Tenant } from "./tenant.ts";

export type Answer = { status: number; headers: Headers; text: string };

export type Door = {
  url: string;
  close: () => Promise<void>;
};

/** The API behind the front server, as bin/server.ts has it. */
export async function openDoor(limits: Parameters<typeof createFrontServer>[0]["limits"] = {}): Promise<Door> {
  const api = createApi();
  const front = createFrontServer({
    api: (request, bindings) => api.fetch(request, bindings),
    express,
    next: null,
    fastLane: true,
    limits,
  });
  const processing = startPendingRequests();
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    await front.close(0);
    await processing.stop();
    closeSandbox();
  };
  return { url: `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`, close };
}

export type Client = { tenant: Tenant; call: <T>(method: string, path: string, body?: unknown) => Promise<T & { status: number }> };

/** `status` is the answer's; what it says stands beside it. */
export async function clientOf(door: Door): Promise<Client> {
  const tenant = await newTenant();
  return {
    tenant,
    call: async <T>(method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" };
      const response = await fetch(`${door.url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { ...((text === "" ? {} : JSON.parse(text)) as T), status: response.status };
    },
  };
}

export type MadeSource = SourceOut & { path: string };

export async function newSource({ call }: Client, input: Partial<SourceIn> = {}): Promise<MadeSource> {
  const made = await call<SourceOut>("POST", "/api/v1/source", { name: "Source", provider: "none", ...input });
  if (made.status !== 201) throw new Error(`No source: ${JSON.stringify(made)}`);
  return { ...made, path: new URL(made.url ?? "").pathname };
}

export async function addEndpoint({ call }: Client, source: SourceOut, url: string, more: object = {}): Promise<string> {
  const made = await call<{ id: string }>("POST", `/api/v1/app/${source.application.id}/endpoint`, { url, ...more });
  if (made.status !== 201) throw new Error(`No endpoint: ${JSON.stringify(made)}`);
  return made.id;
}

type Sent = { method?: string; headers?: Record<string, string>; body?: string | Buffer<ArrayBuffer> };

export async function sendTo(door: Door, path: string, { method = "POST", headers = {}, body }: Sent): Promise<Answer> {
  const response = await fetch(`${door.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const githubHeaders = (secret: string, body: string, delivery: string): Record<string, string> => ({
  "content-type": "application/json",
  "x-github-event": "push",
  "x-github-delivery": delivery,
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
});

/** The source's received requests, the latest first. */
export async function receivedBy({ call }: Client, source: SourceOut, query = ""): Promise<ReceivedRequestOut[]> {
  return (await call<{ data: ReceivedRequestOut[] }>("GET", `/api/v1/received-request?limit=250&source_id=${source.id}${query}`)).data;
}
