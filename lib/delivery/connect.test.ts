import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setEnv } from "../env.ts";
import { testEnv } from "../testing/settings.ts";
import { Connections, type Line } from "./connect.ts";

const whose = { tenant: "app_1", owner: "ep_1" };
let connections: Connections;

beforeEach(() => {
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none"));
  connections = new Connections();
});
afterEach(() => connections.close());

/** A connection to each of so many receivers, none of which was opened. */
const take = (count: number): Line[] => Array.from({ length: count }, (_, i) => connections.take(`http://127.0.0.1:${i + 1}`, null, whose));

test("of the connections that wait for another request only a thousand are kept: those used last", () => {
  const lines = take(1_200);
  for (const line of lines) connections.release(line);
  expect(lines.map(({ client }) => client.destroyed)).toEqual([...Array<boolean>(200).fill(true), ...Array<boolean>(1_000).fill(false)]);
  expect(take(200).every((line) => !lines.includes(line))).toBe(true);
});

test("a connection that is in use is not one of those that wait", () => {
  const [first] = take(1);
  if (first === undefined) throw new Error("there is none");
  connections.release(first);
  expect(connections.take("http://127.0.0.1:1", null, whose)).toBe(first);
  const others = take(1_001).slice(1);
  for (const line of others) connections.release(line);
  expect([first, ...others].filter(({ client }) => client.destroyed)).toEqual([]);
  // Now it is the one used last, and another goes.
  connections.release(first);
  expect([first, ...others].filter(({ client }) => client.destroyed)).toEqual(others.slice(0, 1));
});

test("a connection is used for a minute and then opened anew, to wherever the name points by then", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const [line] = take(1);
    if (line === undefined) throw new Error("there is none");
    vi.advanceTimersByTime(59_000);
    connections.release(line);
    expect(connections.take("http://127.0.0.1:1", null, whose)).toBe(line);
    vi.advanceTimersByTime(2_000);
    connections.release(line);
    expect(line.client.destroyed).toBe(true);
    expect(connections.take("http://127.0.0.1:1", null, whose)).not.toBe(line);
  } finally {
    vi.useRealTimers();
  }
});

test("an attempt that ends while its connection is being opened ends that too", async () => {
  // Nothing else does.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createServer().listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const line = connections.take(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, null, whose);
    const begun = {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => undefined,
      onError: () => undefined,
    };
    line.client.dispatch({ path: "/", method: "POST" }, begun);
    // The receiver says nothing, so that the TLS session never begins.
    const [socket] = (await once(server, "connection")) as [Socket];
    const closed = once(socket.resume(), "close");
    connections.drop(line);
    await closed;
  } finally {
    vi.useRealTimers();
    server.close();
  }
});
