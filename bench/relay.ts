/**
 * What Node.js and undici alone take for the traffic of single posts: each is read, signed, passed on and answered, and nothing is
 * looked up, stored or recorded. Runs as a process of its own.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { newId } from "../lib/ids.ts";
import { sign } from "../lib/webhooks/signature.ts";
import { answerCalls } from "./processes.ts";
import { endpointCount, keyOf, pathOf } from "./workload.ts";

const receiverConnections = 64;
const keys = Array.from({ length: endpointCount }, (_, endpoint) => [keyOf(endpoint)]);
/** The load's messages: the endpoint's number, and where the payload begins, which ends before the last brace. */
const start = /"eventType":"bench\.type(\d+)","payload":/;

let receiver: Pool;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const id = newId("message");
    response.writeHead(202, { "content-type": "application/json" }).end(`{"id":"${id}"}`);
    passOn(id, Buffer.concat(chunks).toString());
  });
});
server.keepAliveTimeout = 60_000;

function passOn(id: string, text: string): void {
  const found = start.exec(text);
  if (found === null) throw new Error("This is not a message of the load");
  const endpoint = Number(found[1]);
  const body = Buffer.from(text.slice(found.index + found[0].length, -1));
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    "user-agent": "bench",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": sign(keys[endpoint] ?? [], id, timestamp, body),
  };
  receiver.dispatch(
    { method: "POST", path: pathOf(endpoint), headers, body },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: () => undefined,
      onResponseError: (_controller, error) => {
        throw error;
      },
    },
  );
}

const calls = {
  listen: (receiverUrl: string) => {
    receiver = new Pool(receiverUrl, { connections: receiverConnections, pipelining: 1 });
    return new Promise<string>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    );
  },
};
export type RelayCalls = typeof calls;
answerCalls(calls);
