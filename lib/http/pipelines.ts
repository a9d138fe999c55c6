/**
 * Requests that a client sends on a connection before the one before is answered. They begin one after the other, with all else that
 * waits in between: who sends thousands at once has no more of them under way than others.
 */
import type { Socket } from "node:net";

/** More than these on one connection are none of a client that wants to be answered. */
const mostWaiting = 100;

type Line = { isBusy: boolean; waiting: (() => void)[] };

export class Pipelines {
  /** Made once for each connection: a place that comes and goes with each request costs more than it. */
  readonly #lines = new WeakMap<Socket, Line>();

  /** Begins once what came before on the connection is answered. `next` must be called when it is answered itself. */
  pass(socket: Socket, begin: () => void): void {
    let line = this.#lines.get(socket);
    if (line === undefined) this.#lines.set(socket, (line = { isBusy: false, waiting: [] }));
    if (!line.isBusy) {
      line.isBusy = true;
      begin();
    } else if (line.waiting.length < mostWaiting) line.waiting.push(begin);
    else socket.destroy();
  }

  next(socket: Socket): void {
    const line = this.#lines.get(socket);
    if (line === undefined || socket.destroyed) return;
    const begin = line.waiting.shift();
    if (begin === undefined) line.isBusy = false;
    else setImmediate(begin);
  }
}
