/** Values for the examples' `{names}`: made when first asked for, once for each example. */
import type { Json } from "./text.ts";

/** A request to the API, with its key; throws if it is refused. */
export type Ask = (method: string, path: string, body?: Json) => Promise<Record<string, unknown>>;

export type Fixtures = {
  /** The value that a name stands for. */
  of: (name: string) => Promise<string>;
  /** The values that were asked for so far, by name. */
  made: ReadonlyMap<string, string>;
};

type Maker = (fixtures: Fixtures, ask: Ask, receiverUrl: string) => Promise<string>;

const code = "function handler(webhook) { return webhook; }";
/** The older secret of `signedApp`'s endpoint whose secret was rotated: it still signs. */
export const secretBeforeRotation = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
const hourMs = 3_600_000;
const patienceMs = 20_000;

export function newFixtures(ask: Ask, receiverUrl: string): Fixtures {
  const asked = new Map<string, Promise<string>>();
  const made = new Map<string, string>();
  const fixtures: Fixtures = {
    made,
    of: async (name) => {
      const maker = makers[name];
      if (maker === undefined) throw new Error(`An example asks for {${name}}, which nothing makes`);
      const promise = asked.get(name) ?? maker(fixtures, ask, receiverUrl);
      asked.set(name, promise);
      made.set(name, await promise);
      return promise;
    },
  };
  return fixtures;
}

const idOf = async (answer: Promise<Record<string, unknown>>): Promise<string> => textOf((await answer)["id"]);

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}

const inApplication =
  (rest: string, body: (receiverUrl: string) => Json): Maker =>
  async ({ of }, ask, receiverUrl) =>
    idOf(ask("POST", `/api/v1/app/${await of("app")}${rest}`, body(receiverUrl)));

let count = 0;
const unique = (): string => `n${process.pid}.${Date.now().toString(36)}.${count++}`;

/** A URL that is new each time: of one URL there can't be many. */
const hookAt = (receiverUrl: string): string => `${receiverUrl}/hook/${unique()}`;

const makers: Record<string, Maker> = {
  any: () => Promise.resolve("any"),
  consumer: () => Promise.resolve("reader"),
  unique: () => Promise.resolve(unique()),
  earlier: () => Promise.resolve(new Date(Date.now() - hourMs).toISOString()),
  now: () => Promise.resolve(new Date().toISOString()),
  later: () => Promise.resolve(new Date(Date.now() + hourMs).toISOString()),
  receiver: (_fixtures, _ask, receiverUrl) => Promise.resolve(hookAt(receiverUrl)),

  app: (_fixtures, ask) => idOf(ask("POST", "/api/v1/app", { name: "Client" })),
  endpoint: inApplication("/endpoint", (url) => ({ url: hookAt(url) })),
  integration: inApplication("/integration", () => ({ name: "Zapier" })),
  autoconfig: inApplication("/autoconfig", () => ({})),
  destination: inApplication("/destination", () => ({ type: "pollingEndpoint" })),
  fifo: inApplication("/destination", (url) => ({ type: "fifoEndpoint", config: { url: hookAt(url) } })),
  portal: async ({ of }, ask) => textOf((await ask("POST", `/api/v1/auth/app-portal-access/${await of("app")}`, {}))["token"]),
  msg: async ({ of }, ask) => {
    await of("endpoint");
    return idOf(
      ask("POST", `/api/v1/app/${await of("app")}/msg`, { eventType: "invoice.paid", payload: { paid: true }, tags: ["wanted"] }),
    );
  },
  attempt: async ({ of }, ask) => {
    const path = `/api/v1/app/${await of("app")}/attempt/msg/${await of("msg")}`;
    return eventually(async () => {
      const first = ((await ask("GET", path))["data"] as { id?: string }[])[0];
      return first?.id;
    });
  },
  task: async ({ of }, ask) => {
    const since = new Date(Date.now() - hourMs).toISOString();
    return idOf(ask("POST", `/api/v1/app/${await of("app")}/endpoint/${await of("endpoint")}/recover`, { since }));
  },

  eventType: async (_fixtures, ask) => textOf((await ask("POST", "/api/v1/event-type", { name: unique(), description: "" }))["name"]),
  connector: (_fixtures, ask) => idOf(ask("POST", "/api/v1/connector", { name: unique(), transformation: code })),
  operational: (_fixtures, ask, url) => idOf(ask("POST", "/api/v1/operational-webhook/endpoint", { url: hookAt(url) })),
  source: (_fixtures, ask) => idOf(ask("POST", "/ingest/api/v1/source", { name: "S", type: "github", config: { secret: "s" } })),
  sourceEndpoint: async ({ of }, ask, url) =>
    idOf(ask("POST", `/ingest/api/v1/source/${await of("source")}/endpoint`, { url: hookAt(url) })),

  /** An application whose endpoints' deliveries can be told apart by their paths: see deliveries.ts. */
  signedApp: async (_fixtures, ask, receiverUrl) => {
    const id = await idOf(ask("POST", "/api/v1/app", { name: "Signed" }));
    const url = (name: string): string => `${receiverUrl}/${id}/${name}`;
    const endpoints = `/api/v1/app/${id}/endpoint`;
    await ask("POST", endpoints, { url: url("standard") });
    await ask("POST", endpoints, { url: url("svix"), signature: { style: "svix" } });
    const rotated = await idOf(ask("POST", endpoints, { url: url("rotated"), secret: secretBeforeRotation }));
    await ask("POST", `${endpoints}/${rotated}/secret/rotate`, {});
    return id;
  },
};

export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Not there after ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
