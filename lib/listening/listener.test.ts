import { EventEmitter } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { Listener } from "./listener.ts";
import { listenLimits } from "./limits.ts";

/** Takes what it is sent as far as `reads` says. */
class Machine extends EventEmitter {
  bufferedAmount = 0;
  isCutOff = false;
  readonly #reads: boolean;

  constructor(reads: boolean) {
    super();
    this.#reads = reads;
  }

  send(frame: string, sent: () => void): void {
    this.bufferedAmount += frame.length;
    if (this.#reads) sent();
  }

  ping(): void {
    this.emit("pong");
  }

  terminate(): void {
    this.isCutOff = true;
    this.emit("close");
  }
}

const passed = { method: "POST", headers: {}, query: "", body: Buffer.alloc(30_000) };

afterEach(() => {
  vi.useRealTimers();
});

function listening(reads: boolean): { machine: Machine; listener: Listener } {
  vi.useFakeTimers();
  const machine = new Machine(reads);
  return { machine, listener: new Listener(machine as unknown as WebSocket, listenLimits, { tenant: "org", owner: "key" }) };
}

/** By a sender that goes away at once. */
async function pass(listener: Listener): Promise<void> {
  const sender = new AbortController();
  const returned = listener.pass(passed, sender.signal);
  sender.abort();
  expect(await returned).toMatchObject({ ok: false, status: 504 });
}

it("counts what waits to be sent, also when its sender has gone", async () => {
  const { machine, listener } = listening(false);
  await pass(listener);
  expect(listener.bytesUnderWay).toBeGreaterThan(30_000);
  machine.terminate();
});

it.each([
  ["that speaks and does not read is cut off", false, true],
  ["whose line is slow is not", true, false],
])("a machine %s", async (_, reads, isCutOff) => {
  const { machine, listener } = listening(reads);
  for (let ping = 0; ping < 5 && !machine.isCutOff; ping++) {
    await pass(listener);
    vi.advanceTimersByTime(listenLimits.pingMs);
  }
  expect(machine.isCutOff).toBe(isCutOff);
  machine.terminate();
});
