import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll } from "vitest";
import { startEngine } from "../delivery/engine.ts";
import { startBackgroundTasks } from "../services/backgroundTasks.ts";
import { contractSuite } from "../testing/contract/suite.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

contractSuite("the API in front", async () => {
  const engine = startEngine();
  const tasks = startBackgroundTasks();
  const listener = getRequestListener(createApi().fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await tasks.stop();
      await engine.drain(1000);
      await engine.stop();
    },
  };
});
