import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { env, setEnv } from "../env.ts";
import { listenDoor } from "./door.ts";
import { listenLimits } from "./limits.ts";
import { Relay } from "./relay.ts";

beforeAll(() => setEnv({ ...env(), listen: "open" }));
afterAll(() => setEnv({ ...env(), listen: "open", publicUrl: null, port: 3000 }));

const headers = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const request = { method: "GET", url: "/api/v1/listen", headers, socket: { remoteAddress: "192.0.2.1" } } as unknown as IncomingMessage;

it("does not count who went away before anybody was let in", async () => {
  const door = listenDoor(new Relay({ ...listenLimits, connectionsOfOne: 1 }, () => 0));
  const gone = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  gone.destroy();
  await once(gone, "close");
  door.take(request, gone, Buffer.alloc(0));

  const answered = await new Promise<string>((resolve) => {
    const there = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk.toString());
        done();
        there.destroy();
      },
    });
    door.take(request, there, Buffer.alloc(0));
  });
  expect(answered).toMatch(/^HTTP\/1\.1 101 /);
});
