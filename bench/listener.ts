/** The server that reads and sources are compared with: the same HTTP stack, answering without asking anything. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { answerCalls } from "./processes.ts";

let answer = "{}";
const app = new Hono()
  .get("*", (context) => context.body(answer, 200, { "content-type": "application/json" }))
  // This route reads the body, as the source that it is compared with does.
  .post("*", async (context) => {
    await context.req.arrayBuffer();
    return context.body(null, 200);
  });
const serve = getRequestListener((request) => app.fetch(request));
const server = createServer((request, response) => void serve(request, response));

const listening = new Promise<string>((resolve) =>
  server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
);

const calls = {
  listen: () => listening,
  answerWith: (text: string) => void (answer = text),
};
export type ListenerCalls = typeof calls;
answerCalls(calls);
