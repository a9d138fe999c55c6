/** Senders who don't give up, and a receiver that remembers what came: what was accepted, what arrived, and the longest pause of both. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { proofKey } from "./exercise.ts";

const senders = 6;
const pauseMs = 80;
const requestMs = 4_000;

export class Load {
  readonly application = `app-${crypto.randomUUID()}`;
  /** By number of the message: when a server said that it has it. */
  readonly accepted = new Map<number, number>();
  /** By number of the message: how often it came. */
  readonly arrived = new Map<number, number>();
  /** What senders were told instead, and how often. */
  readonly refused = new Map<string, number>();
  readonly #urls: string[];
  readonly #address: string;
  readonly #server: Server;
  #pauses = { accepting: 0, arriving: 0 };
  #last = { accepting: 0, arriving: 0 };
  #next = 0;
  #isOver = false;
  #sending: Promise<void>[] = [];

  /** `urls`: the servers, of which each message tries one after the other. `address`: where this program can be reached. */
  constructor(urls: string[], address: string) {
    this.#urls = urls;
    this.#address = address;
    this.#server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        this.#arrive((JSON.parse(body) as { n: number }).n);
        response.writeHead(204).end();
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, this.#address, resolve));
    const url = `http://${this.#address}:${(this.#server.address() as AddressInfo).port}/`;
    await this.#call(0, "/app", { name: this.application, uid: this.application });
    await this.#call(0, `/app/${this.application}/endpoint`, { url });
    this.look();
    this.#sending = Array.from({ length: senders }, (_, i) => this.#send(i));
  }

  /** No more is sent from now on; resolves when what was begun has been accepted. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#sending);
  }

  close(): void {
    this.#isOver = true;
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The longest pauses since the last look, in seconds. */
  look(): { accepting: number; arriving: number } {
    const now = performance.now();
    for (const what of ["accepting", "arriving"] as const) this.#note(what, now);
    const seconds = (ms: number): number => Math.round(ms / 100) / 10;
    const found = { accepting: seconds(this.#pauses.accepting), arriving: seconds(this.#pauses.arriving) };
    this.#pauses = { accepting: 0, arriving: 0 };
    this.#last = { accepting: now, arriving: now };
    return found;
  }

  /** The numbers of what was accepted and has not arrived. */
  missing = (): number[] => [...this.accepted.keys()].filter((n) => !this.arrived.has(n));

  async #send(sender: number): Promise<void> {
    while (!this.#isOver) {
      const n = this.#next++;
      for (let tried = sender; !(await this.#isAccepted(tried, n)); tried++) await new Promise((resolve) => setTimeout(resolve, 200));
      this.accepted.set(n, Date.now());
      this.#note("accepting", performance.now());
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #isAccepted(server: number, n: number): Promise<boolean> {
    const body = { eventType: "proof", eventId: `event-${n}`, payload: { n } };
    // A message that is there already was accepted by an answer that got lost.
    const told = await this.#call(server, `/app/${this.application}/msg`, body).then(
      ({ status }) => (status === 202 || status === 409 ? null : String(status)),
      (error: Error) => error.name,
    );
    if (told !== null) this.refused.set(told, (this.refused.get(told) ?? 0) + 1);
    return told === null;
  }

  #call(server: number, path: string, body: object): Promise<Response> {
    return fetch(`${this.#urls[server % this.#urls.length]}/api/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${proofKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestMs),
    });
  }

  #arrive(n: number): void {
    this.arrived.set(n, (this.arrived.get(n) ?? 0) + 1);
    this.#note("arriving", performance.now());
  }

  #note(what: "accepting" | "arriving", now: number): void {
    this.#pauses[what] = Math.max(this.#pauses[what], now - this.#last[what]);
    this.#last[what] = now;
  }
}
