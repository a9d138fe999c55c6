/** Opening one connection, step by step: moments of performance.now(), null until they come. */
import type { EventEmitter } from "node:events";
import { isIP } from "node:net";
import type { Timings } from "../webhooks/outcome.ts";

export class Dial {
  readonly startedMs = performance.now();
  readonly #isName: boolean;
  readonly #isSecure: boolean;
  #resolvedMs: number | null = null;
  #connectedMs: number | null = null;
  #readyMs: number | null = null;

  constructor({ hostname, protocol }: { hostname: string; protocol: string }) {
    this.#isName = isIP(hostname.replace(/^\[|\]$/g, "")) === 0;
    this.#isSecure = protocol === "https:";
  }

  watch(socket: Pick<EventEmitter, "on" | "once">): void {
    // The event comes once for each address that a name has; the first one tells that it is resolved. Or it comes with what went wrong.
    socket.on("lookup", (error: unknown) => {
      if (!(error instanceof Error)) this.#resolvedMs ??= performance.now();
    });
    socket.once("connect", () => {
      this.#connectedMs = performance.now();
      if (!this.#isSecure) this.#readyMs = this.#connectedMs;
    });
    if (this.#isSecure) socket.once("secureConnect", () => (this.#readyMs = performance.now()));
  }

  /** Whether the name server has not answered yet. */
  get isResolving(): boolean {
    return this.#isName && this.#resolvedMs === null;
  }

  /** Whether there is a connection whose encryption is not agreed on yet. */
  get isSecuring(): boolean {
    return this.#isSecure && this.#connectedMs !== null && this.#readyMs === null;
  }

  /** How long each step took, in milliseconds. A step that had begun and did not end took until `endedMs`. */
  timings(headersMs: number | null, endedMs: number): Timings {
    const resolvedMs = this.#isName ? this.#resolvedMs : this.startedMs;
    return {
      dnsMs: this.#isName ? (resolvedMs ?? endedMs) - this.startedMs : null,
      tcpMs: resolvedMs === null ? null : (this.#connectedMs ?? endedMs) - resolvedMs,
      tlsMs: !this.#isSecure || this.#connectedMs === null ? null : (this.#readyMs ?? endedMs) - this.#connectedMs,
      firstByteMs: headersMs === null || this.#readyMs === null ? null : headersMs - this.#readyMs,
    };
  }
}

/** The timings of a request over a connection that was open already. */
export const reusedTimings = (headersMs: number | null, startedMs: number): Timings => ({
  dnsMs: null,
  tcpMs: null,
  tlsMs: null,
  firstByteMs: headersMs === null ? null : headersMs - startedMs,
});
