/** The judge of the example receivers in `examples/`: used by `npm run examples`, and by the tests for the one in TypeScript. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "./freePort.ts";
import { signedHeaders } from "./signed.ts";

export const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type Delivery = { name: string; id: string; signed: string; sent?: string; ageSeconds?: number; expected: number; handled: boolean };

const deliveries: Delivery[] = [
  { name: "a message", id: "msg_1", signed: '{"type":"cafe.closed","profit":"182.40"}', expected: 204, handled: true },
  { name: "the same message again", id: "msg_1", signed: '{"type":"cafe.closed","profit":"182.40"}', expected: 204, handled: false },
  { name: "another body than was signed", id: "msg_2", signed: '{"type":"a"}', sent: '{"type":"b"}', expected: 400, handled: false },
  { name: "one of an hour ago", id: "msg_3", signed: '{"type":"a"}', ageSeconds: 3_600, expected: 400, handled: false },
  { name: "more than a MiB", id: "msg_4", signed: JSON.stringify({ type: "x".repeat(1024 * 1024) }), expected: 413, handled: false },
  { name: "a message with umlauts", id: "msg_5", signed: '{"type":"café.geöffnet"}', expected: 204, handled: true },
];

/** `start`: the receiver at that port of loopback, its standard output a pipe, the leader of a process group. Answers what was wrong. */
export async function judgeReceiver(start: (port: number) => ChildProcess): Promise<string[]> {
  const port = await freePort();
  const receiver = start(port);
  try {
    const lines = createInterface({ input: receiver.stdout ?? failed("The receiver's output is not a pipe") })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) return ["it ended before it listened"];
    const faults: string[] = [];
    for (const delivery of deliveries) {
      const status = await statusOf(port, delivery);
      if (status !== delivery.expected) faults.push(`${delivery.name}: ${status} instead of ${delivery.expected}`);
      if (!delivery.handled || status !== delivery.expected) continue;
      // Each handles in the order of the answers, so what was handled twice would come in place of the next one.
      const { value } = (await lines.next()) as { value?: string };
      if (value?.startsWith(`${delivery.id}:`) !== true) faults.push(`${delivery.name}: it handled ${value ?? "nothing"}`);
    }
    return faults;
  } finally {
    if (receiver.pid !== undefined && receiver.exitCode === null) {
      const ended = once(receiver, "exit");
      process.kill(-receiver.pid, "SIGKILL");
      await ended;
    }
  }
}

/** `start`: the receiver with the environment as it is, which has no secret; its standard error a pipe. */
export async function judgeWithoutSecret(start: () => ChildProcess): Promise<string[]> {
  const receiver = start();
  let told = "";
  receiver.stderr?.on("data", (text: Buffer) => (told += text.toString()));
  const [status] = (await once(receiver, "close")) as [number | null];
  return status !== 0 && told.includes("WEBHOOK_SECRET is not set") ? [] : [`without a secret it ends with ${status}: ${told}`];
}

function failed(message: string): never {
  throw new Error(message);
}

async function statusOf(port: number, { id, signed, sent = signed, ageSeconds = 0 }: Delivery): Promise<number> {
  const headers = { "content-type": "application/json", ...signedHeaders({ secret: exampleSecret, body: signed, id, ageSeconds }) };
  return (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: sent })).status;
}
