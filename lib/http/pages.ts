/**
 * Next.js, which draws the pages. It is loaded when somebody asks for the first one: a server that only takes and sends webhooks
 * starts without it and never has it in memory.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { endingContexts, keepingGlobals } from "./besidePages.ts";
import type { UpgradeRow } from "./upgrade.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";

export type Pages = { handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>; upgrades: UpgradeRow[] };

/** `root`: the project's directory. `isDev`: pages are built as they are asked for; Next.js is then loaded at once. */
export function pagesOnDemand({ root, isDev }: { root: string; isDev: boolean }): Pages {
  // Next.js hangs a listener for every offer to upgrade on the server it is told of: on this one, which never listens.
  const httpServer = createServer();
  const load = async (): Promise<Pages["handler"]> => {
    const { default: createNext } = await import("next");
    const app = createNext({ dev: isDev, dir: root, hostname: env().host, port: env().port, httpServer });
    await app.prepare();
    return app.getRequestHandler();
  };
  let loading: Promise<Pages["handler"]> | null = null;
  const loaded = (): Promise<Pages["handler"]> => {
    loading ??= endingContexts(() => keepingGlobals(load)).catch((error: Error) => {
      // The next request tries again.
      loading = null;
      log.error({ error: error.message }, "pages.failed");
      throw error;
    });
    return loading;
  };
  // Once the server listens, and knows its port.
  if (isDev) setImmediate(() => void loaded().catch(() => undefined));
  // Only the development server wants an upgrade, to tell pages of changes.
  const hotReload: UpgradeRow = {
    path: "/_next/hmr",
    protocol: "websocket",
    // Next.js listens from the first page on; a browser that was open before tries again.
    take: (request, socket, head) => void (httpServer.emit("upgrade", request, socket, head) || socket.destroy()),
  };
  const handler: Pages["handler"] = async (request, response) => {
    holdHead(response);
    return (await loaded())(request, response);
  };
  return { handler, upgrades: isDev ? [hotReload] : [] };
}

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

/**
 * Keeps an answer's head until there is something of its body. Next.js sends it with the part of a page that is the same for all, of
 * which our pages have nothing, and finds out only then that there is no such page, or that it leads elsewhere.
 */
function holdHead(response: ServerResponse): void {
  const heldBack =
    (write: Write): Write =>
    (chunk, ...rest) => {
      if (response.headersSent || chunk.length > 0) return write.call(response, chunk, ...rest);
      const written = rest.at(-1);
      if (typeof written === "function") process.nextTick(written);
      return true;
    };
  let write = heldBack(response.write.bind(response) as Write);
  // What compresses puts a function of its own in its place, which sends the head with whatever it is given.
  Object.defineProperty(response, "write", {
    get: () => write,
    set: (other: Write) => {
      write = heldBack(other);
    },
  });
  response.flushHeaders = () => undefined;
}
