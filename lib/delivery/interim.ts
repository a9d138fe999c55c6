/**
 * Takes interim responses away from before a response. A server may send 100 (Continue) though nobody has asked for it, and some
 * begin every answer so; a client must be able to read past it (RFC 9110, section 15.2). undici breaks off the connection instead:
 * a webhook that was taken would be sent again and again. 101 is left to it: what follows is no HTTP.
 */
import type { Socket } from "node:net";

/** The most bytes of an interim response; undici says what is wrong with a longer one. */
const mostBytes = 65_536;
const endOfHead = "\r\n\r\n";

export class Interim {
  #isAwaited = false;
  #hasBegun = false;
  /** The beginning of an interim response whose end has not come. */
  #held: Buffer | null = null;

  /** A request goes out: what comes next is the beginning of an answer. */
  await(): void {
    this.#isAwaited = true;
    this.#hasBegun = false;
    this.#held = null;
  }

  /** Whether something has come since: of an answer, or of what came before one. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whoever reads from the socket, by `read`, sees no interim response. */
  watch(socket: Socket): Socket {
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size?: number): Buffer | null => {
      for (;;) {
        const bytes = read(size);
        if (bytes === null || !this.#isAwaited) return bytes;
        const rest = this.#past(bytes);
        if (rest !== null) return rest;
      }
    };
    return socket;
  }

  /** What is left of bytes of an answer's beginning; null: nothing. */
  #past(came: Buffer): Buffer | null {
    this.#hasBegun = true;
    let bytes = this.#held === null ? came : Buffer.concat([this.#held, came]);
    this.#held = null;
    while (bytes.length > 0 && mayBeInterim(bytes)) {
      const end = bytes.indexOf(endOfHead);
      if (end < 0 && bytes.length <= mostBytes) {
        this.#held = bytes;
        return null;
      }
      if (end < 0) break;
      bytes = bytes.subarray(end + endOfHead.length);
    }
    if (bytes.length === 0) return null;
    this.#isAwaited = false;
    return bytes;
  }
}

// A status of three digits, or the part of the line up to it that has come.
const interimLine = /^HTTP\/1\.\d 1(?!01)\d\d[ \r]/;
const someInterimLine = "HTTP/1.1 100 ";

/** Where the status begins, and with what. */
const [statusAt, ofInterim] = [someInterimLine.indexOf("1 ") + 2, "1".charCodeAt(0)];

function mayBeInterim(bytes: Buffer): boolean {
  if (bytes.length > statusAt && bytes[statusAt] !== ofInterim) return false;
  const line = bytes.toString("latin1", 0, someInterimLine.length);
  return interimLine.test(line + someInterimLine.slice(line.length));
}
