/** All receivers of a run, in a process that no fault touches: misbehaves as the scene says, and remembers every hit. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { answerCalls } from "../processes.ts";
import type { Hit } from "./check.ts";
import { endpoints, hashOf, secretOf } from "./scene.ts";

const known = new Map(endpoints.map((endpoint) => [`/${endpoint.name}`, { ...endpoint, webhook: new Webhook(secretOf(endpoint.name)) }]));
const hits: Hit[] = [];
const triesOf = new Map<string, number>();
let allAreWell = false;

const server = createServer((request, response) => void take(request, response));
server.keepAliveTimeout = 60_000;

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAtMs = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const endpoint = known.get(request.url ?? "");
  if (endpoint === undefined) return void response.writeHead(404).end();
  const id = String(request.headers["webhook-id"]);
  const hit: Hit = { id, endpoint: endpoint.name, hash: hashOf(body), isSigned: true, status: 0, startedAtMs, endedAtMs: startedAtMs };
  try {
    endpoint.webhook.verify(body, request.headers as Record<string, string>);
  } catch {
    hit.isSigned = false;
  }
  const tries = (triesOf.get(`${id} ${endpoint.name}`) ?? 0) + 1;
  triesOf.set(`${id} ${endpoint.name}`, tries);
  hits.push(hit);
  const answer = (status: number, headers: Record<string, string> = {}): void => {
    hit.status = status;
    hit.endedAtMs = Date.now();
    response.writeHead(status, headers).end();
  };
  switch (allAreWell ? "well" : endpoint.behaviour) {
    case "well":
      return answer(204);
    case "slow":
      // Slow answers see to it that there is always something under way to be stopped in the middle of.
      return void setTimeout(answer, tries === 1 ? 1500 : 100, tries === 1 && hit.hash.startsWith("0") ? 500 : 204);
    case "flaky":
      // A message in five fails twice: once with an answer, once without.
      if (!hit.hash.startsWith("0") && !hit.hash.startsWith("1") && !hit.hash.startsWith("2")) return answer(204);
      if (tries === 1) return answer(500);
      if (tries === 2) return void request.socket.destroy();
      return answer(204);
    case "away":
      return answer(503, { "retry-after": tries % 2 === 0 ? "1" : "-5" });
    case "dripping":
      // A 2xx with its headers is the answer, whatever becomes of the body.
      hit.status = 200;
      hit.endedAtMs = Date.now();
      return drip(response);
    case "hanging":
      return undefined;
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write("."), 100);
  response.on("close", () => clearInterval(timer));
}

const calls = {
  listen: () =>
    new Promise<string>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    ),
  heal: () => void (allAreWell = true),
  hits: () => hits,
};

export type FaultsReceiverCalls = typeof calls;
answerCalls(calls);
