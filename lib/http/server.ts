/**
 * The server in front of the API and Next.js. Requests for the API's paths go straight to the API, because a Next.js route
 * handler costs many times what the API itself does; everything else goes to Next.js.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { markAddress } from "../client.ts";
import { log } from "../log.ts";
import { Gate } from "./gate.ts";
import { type Refusal, refusalOfBody } from "./pageBodies.ts";
import { isBuiltFile, PageTurns } from "./pageTurns.ts";
import { Pipelines } from "./pipelines.ts";
import { serveUpgrades, type UpgradeRow } from "./upgrade.ts";
import { parseUrl } from "../words/url.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

type Options = {
  /** The API's `fetch`. */
  api: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  /** Answers some of the API's requests without `fetch`; null: this is none of them. */
  express?: (request: IncomingMessage, response: ServerResponse) => Promise<void> | null;
  /** Next.js; null: this process serves the API alone. */
  next: Handler | null;
  /** Whether the API's paths go straight to the API. If not, Next.js gets them too, and serves them through its own mount. */
  fastLane: boolean;
  /** Paths at which a request may go on in another protocol; other offers of one are answered in HTTP/1.1. */
  upgrades?: UpgradeRow[];
  /** Whether pages take bodies of any size, as developers' tools send them. */
  anyPageBody?: boolean;
  /** How many proxies in front are believed: WEBSTER_TRUSTED_PROXIES. */
  trustedProxies?: number;
  /** What requests wait for before this process can work; health checks are told so at once. */
  gate?: Gate;
  limits?: Partial<typeof defaultLimits>;
};

export type FrontServer = {
  server: Server;
  /** From now on each answer closes its connection, so that a client opens its next one elsewhere. */
  sayClosing(): void;
  /**
   * Accepts no more connections, lets requests under way finish for up to `graceMs`, then breaks them off. `lingerMs`: for so long
   * connections stay open that are idle, because a request may be on its way.
   */
  close(graceMs: number, lingerMs?: number): Promise<void>;
};

const defaultLimits = {
  /** A request must have arrived whole within this time, else 408: a client that drips must not hold a connection. */
  requestTimeoutMs: 30_000,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 75_000,
  maxHeaderBytes: 16_384,
  /** A connection on which nothing moves for so long, though an answer is under way, is cut off: its client does not read. */
  stillMs: 120_000,
};

/**
 * Connections of one's own proxies are theirs to close: one that Webster closes as the proxy sends on it is a 502 to whoever asked. They
 * keep them for a minute (nginx, AWS), 90 s (Traefik), two (Caddy) or ten (Google).
 */
const proxiesKeepAliveMs = 620_000;
const mostListeners = 30;

export function createFrontServer({
  api,
  express,
  next,
  fastLane,
  upgrades = [],
  anyPageBody = false,
  trustedProxies = 0,
  gate = new Gate(true),
  limits = {},
}: Options): FrontServer {
  const { requestTimeoutMs, headersTimeoutMs, keepAliveTimeoutMs, maxHeaderBytes, stillMs } = {
    ...defaultLimits,
    ...(trustedProxies > 0 ? { keepAliveTimeoutMs: proxiesKeepAliveMs } : {}),
    ...limits,
  };
  // HTTP/1.0 has no Host, and health checks still speak it (HAProxy's do unless told otherwise): then it is this name.
  const standard = getRequestListener((request, bindings) => api(request, bindings as HttpBindings), { hostname: "localhost" });
  const apiListener: Handler =
    express === undefined ? standard : (request, response) => express(request, response) ?? standard(request, response);
  // The open connections, each with the answer that is under way on it.
  const connections = new Map<Socket, ServerResponse | null>();
  const pageTurns = new PageTurns();
  const pipelines = new Pipelines();
  let closing = false;
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: maxHeaderBytes,
      // Node answers without a word; here it is said.
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
    },
    (request, response) => {
      // The answer tells the client to open no further request on this connection.
      if (closing) response.shouldKeepAlive = false;
      connections.set(request.socket, response);
      response.once("close", () => {
        if (connections.get(request.socket) === response) connections.set(request.socket, null);
        pipelines.next(request.socket);
      });
      pipelines.pass(request.socket, () => begin(request, response));
    },
  );
  server.setTimeout(stillMs);
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers.host === undefined && request.httpVersion !== "1.0") return answerRefusal(response, nameless);
    if (gate.isOpen) return take(request, response);
    const refuse = (): void => answerRefusal(response, starting);
    if (/^\/health(?=[/?]|$)/.test(request.url ?? "")) return refuse();
    response.once(
      "close",
      gate.pass(() => take(request, response), refuse),
    );
  };
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    // Its client may have gone while it waited.
    if (response.destroyed) return;
    const target = request.url ?? "";
    // Next.js answers 500 to a broken percent-encoding, wherever it stands.
    const toApi = next === null || !isForPages(request.method, target) || !isDecodable(target) || (isApiPath(target) && fastLane);
    const handler = toApi ? apiListener : next;
    if (handler === next) {
      // Next.js and what stands around it listen to a page's end eleven times: beyond ten Node.js warns of a leak, at each page.
      response.setMaxListeners(mostListeners);
      const ip = markAddress(request, trustedProxies);
      const isPage = !isApiPath(target);
      if (isPage && target.split("&", maximumParameters + 1).length > maximumParameters) return answerRefusal(response, tooManyParameters);
      const refusal = anyPageBody || !isPage ? null : refusalOfBody(request, response, ip);
      if (refusal !== null) return answerRefusal(response, refusal);
      if (isPage && !isBuiltFile(target)) {
        const draw = (): Promise<void> => serve(handler, request, response);
        return void pageTurns.pass(ip, response, draw, () => answerRefusal(response, tooManyPages));
      }
    }
    void serve(handler, request, response);
  };
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (connections.get(socket)?.headersSent === true || !socket.writable) socket.destroy();
    else refuse(error, socket);
  });
  server.on("checkExpectation", (_request, response) => answerRefusal(response, unmet));
  server.on("connection", (socket) => {
    if (!connections.has(socket)) socket.once("close", () => connections.delete(socket));
    connections.set(socket, null);
  });
  const sayClosing = (): void => {
    closing = true;
    for (const answer of connections.values()) if (answer?.headersSent === false) answer.shouldKeepAlive = false;
  };
  serveUpgrades(
    server,
    upgrades.map((row) => behind(gate, row)),
    (socket) => connections.get(socket) ?? null,
  );
  return {
    server,
    sayClosing,
    close: (graceMs, lingerMs = 0) => {
      sayClosing();
      return closeGracefully(server, connections, graceMs, lingerMs);
    },
  };
}

/** A row whose offers wait too. */
const behind = (gate: Gate, row: UpgradeRow): UpgradeRow => ({
  ...row,
  take: (request, socket, head) => {
    if (gate.isOpen) return row.take(request, socket, head);
    // Nobody else listens to it yet.
    const ignore = (): void => undefined;
    socket.on("error", ignore);
    const enter = (): void => {
      socket.off("error", ignore);
      if (!socket.destroyed) row.take(request, socket, head);
    };
    socket.once(
      "close",
      gate.pass(enter, () => void socket.destroy()),
    );
  },
});

/**
 * Whether a request target belongs to the API: /api/v1, /ingest/api/v1, /health, /inbox, /in and what is below them. So do
 * /api/v1 and /ingest/api/v1 behind several slashes: Next.js would redirect without a word to those who do not follow.
 */
export function isApiPath(target: string): boolean {
  const path = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/]*/i, "");
  return /^\/(\/*(ingest\/)?api\/v1|health|inbox|in)(?=[/?]|$)/.test(path);
}

const pageMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Whether Next.js can answer a request: to others (`TRACE`, the target `*`) it says 500, while the API says what is wrong. */
const isForPages = (method: string | undefined, target: string): boolean =>
  pageMethods.has(method ?? "") && (target.startsWith("/") || parseUrl(target) !== null);

function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

async function serve(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await handler(request, response);
  } catch (error) {
    log.error({ method: request.method, error: (error as Error).message }, "http.failed");
    if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
    response.end(problem("internal_error", "Something went wrong on our side"));
  }
}

/** Answers a refusal. The rest of the request is not read. */
function answerRefusal(response: ServerResponse, { status, code, detail }: Refusal): void {
  const retry: Record<string, string> = status === 503 ? { "retry-after": "1" } : {};
  response.writeHead(status, { "content-type": "application/json", connection: "close", ...retry });
  response.end(problem(code, detail));
}

/** Answers bytes that are not HTTP, or a request that came too slowly, in the API's form, and closes the connection. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, code, detail] = refusals[error.code ?? ""] ?? (["400 Bad Request", "bad_request", "Not a valid HTTP request"] as const);
  const body = problem(code, detail);
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
}

const refusals: Record<string, readonly [status: string, code: string, detail: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "request_timeout", "The request did not arrive in time"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "bad_request", "The request headers are too large"],
};

const starting: Refusal = { status: 503, code: "unavailable", detail: "This process is starting" };

const tooManyPages: Refusal = { status: 503, code: "unavailable", detail: "Too many pages are asked for at the same time; try again" };

/** Next.js takes a time for a page's parameters that grows with the square of their number. */
const maximumParameters = 500;
const tooManyParameters: Refusal = {
  status: 414,
  code: "bad_request",
  detail: `A page takes no more than ${maximumParameters} parameters`,
};

const nameless: Refusal = { status: 400, code: "bad_request", detail: "The request has no Host header" };

const unmet: Refusal = { status: 417, code: "bad_request", detail: "Of expectations only 100-continue is met: leave Expect out" };

const problem = (code: string, detail: string): string => JSON.stringify({ code, detail });

/** Closes the server. Node.js alone would also wait for connections without any request, which browsers open in advance. */
function closeGracefully(
  server: Server,
  connections: Map<Socket, ServerResponse | null>,
  graceMs: number,
  lingerMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const lingersUntilMs = performance.now() + Math.min(lingerMs, graceMs);
    const closeIdle = (): void => {
      if (performance.now() < lingersUntilMs) return;
      for (const [socket, answer] of connections) if (answer === null) socket.destroySoon();
    };
    const sweep = setInterval(closeIdle, 20);
    const force = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy();
    }, graceMs);
    // Of an HTTP server, close() ends idle connections at once.
    const closed = (): void => {
      clearInterval(sweep);
      clearTimeout(force);
      resolve();
    };
    if (lingerMs > 0) NetServer.prototype.close.call(server, closed);
    else server.close(closed);
    closeIdle();
  });
}
