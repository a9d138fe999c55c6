/**
 * Requests that a client sends on a connection before the one before is answered. They begin one after the other, with all else that
 * waits in between: who sends thousands at once has no more of them under way than others.
 */
import type { Socket } from "node:net";

/** More than these on one connection are none of a client that wants to be answered. */
const mostWaiting = 100;

export class Pipelines {
  /** What waits on the connections that have a request under way. */
  readonly #waiting = new WeakMap<Socket, (() => void)[]>();

  /** Begins once what came before on the connection is answered. `next` must be called when it is answered itself. */
  pass(socket: Socket, begin: () => void): void {
    const waiting = this.#waiting.get(socket);
    if (waiting === undefined) {
      this.#waiting.set(socket, []);
      begin();
    } else if (waiting.length < mostWaiting) waiting.push(begin);
    else socket.destroy();
  }

  next(socket: Socket): void {
    if (this.#waiting.get(socket)?.length === 0) this.#waiting.delete(socket);
    else if (!socket.destroyed) setImmediate(() => this.#waiting.get(socket)?.shift()?.());
  }
}
