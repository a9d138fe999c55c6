/** The second server, for those who run Webster: probes and metrics without a key, in workers too. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { log } from "../log.ts";
import type { Scrape } from "../metrics.ts";

type Sources = {
  /** Rejects, with what to say, if this process should get no work. */
  ready: () => Promise<void>;
  metrics: () => Promise<Scrape>;
};

/** Serves GET and HEAD of /health/live, /health/ready and /metrics. */
export function createOperationsServer({ ready, metrics }: Sources): Server {
  const answers: Record<string, (response: ServerResponse) => Promise<void>> = {
    "/health/live": async (response) => void response.writeHead(204).end(),
    "/health/ready": async (response) => {
      const fault = await ready().then(
        () => null,
        (error: unknown) => (error as Error).message,
      );
      if (fault === null) response.writeHead(204).end();
      else answer(response, 503, { code: "unavailable", detail: fault });
    },
    "/metrics": async (response) => {
      const { contentType, text } = await metrics();
      response.writeHead(200, { "content-type": contentType }).end(text);
    },
  };
  return createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const serve = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (serve === undefined) return answer(response, 404, { code: "not_found", detail: `Here are ${Object.keys(answers).join(", ")}` });
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, 405, { code: "method_not_allowed", detail: "Allowed here: GET, HEAD" });
    serve(response).catch((error: unknown) => {
      log.error({ error: (error as Error).message }, "operations.failed");
      answer(response, 500, { code: "internal_error", detail: "Something went wrong on our side" });
    });
  });
}

function answer(response: ServerResponse, status: number, problem: { code: string; detail: string }): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(problem));
}
