/**
 * The port, open before what serves is loaded and the database is ready: what comes meanwhile waits for both. Whatever this file
 * imports is on the way of every start.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import { env } from "../../lib/env.ts";
import { Gate } from "../../lib/http/gate.ts";
import { pagesOnDemand } from "../../lib/http/pages.ts";
import { createFrontServer, type FrontServer } from "../../lib/http/server.ts";
import type { UpgradeRow } from "../../lib/http/upgrade.ts";
import { listenOffer } from "../../lib/listening/offer.ts";
import { log } from "../../lib/log.ts";
import type { Address } from "../processes/program.ts";
import { explainListen, probePort } from "./listening.ts";

export type Flags = { isDev: boolean; hasPages: boolean; fastLane: boolean };

/** What answers, once it is loaded. */
export type Answering = {
  api: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  express: (request: IncomingMessage, response: ServerResponse) => Promise<void> | null;
  listen: UpgradeRow["take"];
};

const root = join(import.meta.dirname, "..", "..");

export class Port {
  readonly #flags: Flags;
  readonly #gate = new Gate(false);
  #front: FrontServer | null = null;
  #opening: Promise<Address> | null = null;
  #answering: Answering | null = null;

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  /** Null: it has not been opened. */
  get front(): FrontServer | null {
    return this.#front;
  }

  /** Listens at once. A port that can't be had is asked for again by `open`, and so are settings that are wrong. */
  async tryOpen(): Promise<void> {
    await this.open().catch(() => undefined);
  }

  /** Resolves to where it listens. Throws StartError. */
  async open(): Promise<Address> {
    this.#front ??= this.#create();
    this.#opening ??= listen(this.#front);
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  /** Throws StartError if it can't be had, where it is opened later, or by another process. */
  async probe(): Promise<void> {
    const { host, port } = env();
    await probePort(host, port).catch((error: NodeJS.ErrnoException) => {
      throw explainListen(error, host, port);
    });
  }

  /** Lets in what waits, and all that comes. */
  serve(answering: Answering): void {
    this.#answering = answering;
    this.#gate.open();
  }

  #create(): FrontServer {
    const { isDev, hasPages, fastLane } = this.#flags;
    const pages = hasPages ? pagesOnDemand({ root, isDev }) : null;
    const relayed: UpgradeRow = { ...listenOffer, take: (...offer) => this.#present.listen(...offer) };
    return createFrontServer({
      api: (request, bindings) => this.#present.api(request, bindings),
      express: (request, response) => this.#present.express(request, response),
      next: pages?.handler ?? null,
      fastLane,
      upgrades: [relayed, ...(pages?.upgrades ?? [])],
      anyPageBody: isDev,
      trustedProxies: env().trustedProxies,
      gate: this.#gate,
    });
  }

  get #present(): Answering {
    if (this.#answering === null) throw new Error("The gate was passed before anybody answered");
    return this.#answering;
  }
}

async function listen({ server }: FrontServer): Promise<Address> {
  const { host, port } = env();
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(explainListen(error, host, port));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      // A connection that could not be accepted, as when files have run out, must not end the process.
      server.on("error", (error) => log.error({ error: error.message }, "http.accept_failed"));
      resolve();
    });
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return { host: address, port: bound };
}
