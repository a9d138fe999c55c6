/** A developer's machine that listens: requests go to it, their answers come back, in whatever order. */
import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { takesLong, turnOfLongWork } from "../longWork.ts";
import type { Whose } from "../turns.ts";
import type { ListenLimits } from "./limits.ts";
import { type Answer, type Passed, readFrame, requestFrame } from "./protocol.ts";

/** A machine's answer; without one, the status that stands for it, and what to say. */
export type Returned = { ok: true; answer: Answer } | { ok: false; status: 429 | 502 | 503 | 504; detail: string };

type Waiting = { bytes: number; end: (returned: Returned) => void };

export class Listener {
  readonly #socket: WebSocket;
  readonly #limits: ListenLimits;
  readonly #waiting = new Map<string, Waiting>();
  readonly #timers: NodeJS.Timeout[];
  readonly #whose: Whose;
  #heard = true;
  #bytes = 0;
  /** How many messages may still come. */
  #messages: number;
  /** Pings since something of what was sent last left for the machine. */
  #stillFor = 0;

  /** `whose`: in whose turns long answers are read. */
  constructor(socket: WebSocket, limits: ListenLimits, whose: Whose) {
    this.#socket = socket;
    this.#limits = limits;
    this.#whose = whose;
    this.#messages = limits.unaskedMessages;
    socket.on("message", (frame: Buffer) => void this.#take(frame));
    for (const sign of ["message", "ping", "pong"] as const) socket.on(sign, () => (this.#heard = true));
    socket.once("close", () => this.#ended());
    this.#timers = [
      setInterval(() => this.#ping(), limits.pingMs).unref(),
      setTimeout(() => this.close(1001, "The session is over: connect again"), limits.sessionMs).unref(),
    ];
  }

  /** Bytes of bodies that wait for answers; or of what waits to be sent, if that is more: its senders may have gone meanwhile. */
  get bytesUnderWay(): number {
    return Math.max(this.#bytes, this.#socket.bufferedAmount);
  }

  /** Passes a request on, and answers what came back. Never rejects. `signal`: the sender waits no longer. */
  pass(passed: Passed, signal: AbortSignal): Promise<Returned> {
    if (this.#waiting.size >= this.#limits.requestsUnderWay)
      return Promise.resolve({ ok: false, status: 503, detail: `${this.#waiting.size} requests wait for this machine's answers already` });
    const id = randomBytes(12).toString("hex");
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => end({ ok: false, status: 504, detail: `The machine that listens gave no answer within ${this.#limits.answerMs / 1000} s` }),
        this.#limits.answerMs,
      );
      const abandon = (): void => end({ ok: false, status: 504, detail: "The sender waits no longer" });
      const end = (returned: Returned): void => {
        if (!this.#waiting.delete(id)) return;
        this.#bytes -= passed.body.length;
        clearTimeout(timer);
        signal.removeEventListener("abort", abandon);
        resolve(returned);
      };
      this.#messages++;
      this.#waiting.set(id, { bytes: passed.body.length, end });
      this.#bytes += passed.body.length;
      signal.addEventListener("abort", abandon);
      if (signal.aborted) return abandon();
      this.#socket.send(requestFrame(id, passed), (error) => {
        this.#stillFor = 0;
        if (error !== undefined && error !== null) end(wentAway);
      });
    });
  }

  /** Whether the machine answers a ping within the time. */
  answersPing(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (alive: boolean) => (): void => {
        clearTimeout(timer);
        this.#socket.off("pong", pong).off("close", closed);
        resolve(alive);
      };
      const [pong, closed] = [end(true), end(false)];
      const timer = setTimeout(closed, withinMs);
      this.#socket.once("pong", pong).once("close", closed);
      this.#socket.ping();
    });
  }

  /** Closes the connection with a status of RFC 6455, section 7.4. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Ends the connection without a closing handshake: the machine has gone already. */
  cutOff(): void {
    this.#socket.terminate();
  }

  async #take(frame: Buffer): Promise<void> {
    this.#messages--;
    if (this.#messages < 0) return this.close(1008, "There are more messages than requests");
    // Nobody waits for an answer.
    if (this.#waiting.size === 0) return;
    if (takesLong(frame.length) && !(await this.#isItsTurn())) return;
    const message = readFrame(frame.toString());
    // Messages that are none of the protocol's, and answers for which nobody waits any more, change nothing.
    if (message?.type === "answer") this.#waiting.get(message.id)?.end({ ok: true, answer: message.answer });
  }

  /** Waits until something long may be read; nothing more comes meanwhile. False: too much like it waits, and the machine has to come again. */
  async #isItsTurn(): Promise<boolean> {
    this.#socket.pause();
    try {
      await turnOfLongWork(this.#whose);
      return true;
    } catch {
      this.close(1013, "Too much is answered at the same time: connect again");
      return false;
    } finally {
      this.#socket.resume();
    }
  }

  #ping(): void {
    this.#stillFor = this.#socket.bufferedAmount === 0 ? 0 : this.#stillFor + 1;
    // A machine may speak and yet not read: what it is sent would stay here.
    if (!this.#heard || this.#stillFor > pingsUnread) return this.cutOff();
    this.#heard = false;
    this.#socket.ping();
  }

  #ended(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { end } of this.#waiting.values()) end(wentAway);
  }
}

/** As many as a large body takes on a slow line. */
const pingsUnread = 2;

const wentAway: Returned = { ok: false, status: 502, detail: "The machine that listens went away before it gave an answer" };
