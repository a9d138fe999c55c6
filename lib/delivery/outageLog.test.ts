// An engine that no database lets in, and what it says of it.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, expect, test, vi } from "vitest";
import { closeDatabase } from "../db/client.ts";
import { closeListener } from "../db/listen.ts";
import { setEnv } from "../env.ts";
import { log } from "../log.ts";
import { testEnv } from "../testing/settings.ts";
import { until } from "../testing/until.ts";
import { startEngine } from "./engine.ts";

let tries = 0;
const nobody = createServer((socket) => {
  tries++;
  socket.destroy();
});
afterAll(async () => {
  await closeListener();
  await closeDatabase();
  nobody.close();
});

test("whatever looks for work while nobody is let in, the log says once that the database fails", async () => {
  const warned = vi.spyOn(log, "warn").mockReturnValue();
  nobody.listen(0, "127.0.0.1");
  await once(nobody, "listening");
  setEnv(testEnv(`postgresql://nobody@127.0.0.1:${(nobody.address() as AddressInfo).port}/none`));
  const engine = startEngine();
  await until("much to have been tried", () => tries >= 40);
  await engine.stop();
  expect(warned.mock.calls).toEqual([[{ error: expect.stringMatching(/terminated|ECONNRESET/) as string }, "database.fails"]]);
  warned.mockRestore();
});
