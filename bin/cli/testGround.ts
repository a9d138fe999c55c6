/** Where the commands that ask a server are tried: a Webster that delivers and relays, a key, and a server of this machine. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { env, setEnv } from "../../lib/env.ts";
import { closeEventStreams } from "../../lib/services/eventStream/eventStream.ts";
import { type Cli, newCli } from "../../lib/testing/cli.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { type RelayServer, startRelay } from "../../lib/testing/listening.ts";
import { type Receiver, startReceiver } from "../../lib/testing/receiver.ts";
import { newTenant } from "../../lib/testing/tenant.ts";

export type Endpoint = { id: string; uid: string | null; url: string; description: string };

type Ground = {
  server: () => RelayServer;
  /** Of an environment of the test's own. */
  apiKey: () => string;
  cli: () => Cli;
  local: () => Receiver;
  call: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  newApp: () => Promise<string>;
  newEndpoint: (app: string, url: string) => Promise<Endpoint>;
};

/** Makes the ground; to be called at the top of a test file. */
export function testGround(): Ground {
  let database: TestDatabase;
  let server: RelayServer;
  let engine: Engine;
  let cli: Cli;
  let apiKey = "";
  let local: Receiver;
  beforeAll(async () => {
    database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "0.05" });
    server = await startRelay();
    engine = startEngine();
  });
  beforeEach(async () => {
    ({ apiKey } = await newTenant());
    cli = newCli({ WEBSTER_URL: server.url, WEBSTER_API_KEY: apiKey });
    local = await startReceiver({ status: 202, body: "thanks" });
  });
  afterEach(async () => {
    await cli.close();
    await local.close();
    setEnv({ ...env(), listen: "open" });
  });
  afterAll(async () => {
    closeEventStreams();
    await server.close();
    await engine.stop();
    await database.close();
  });
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
  return {
    server: () => server,
    apiKey: () => apiKey,
    cli: () => cli,
    local: () => local,
    call,
    newApp: async () => (await call<{ id: string }>("POST", "/app", { name: "Café" })).id,
    newEndpoint: (app, url) => call("POST", `/app/${app}/endpoint`, { url }),
  };
}

/** Deliveries take as long as a busy machine does. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look);
