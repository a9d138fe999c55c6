/**
 * Machines that are connected to other processes of the same database. A request for one is a row, told by NOTIFY to the
 * process that has the machine, and so is the answer. What gets lost on the way is a request without an answer: its sender
 * tries again.
 */
import { randomBytes } from "node:crypto";
import { pool } from "../db/client.ts";
import { listen, notify } from "../db/listen.ts";
import type { ListenLimits } from "./limits.ts";
import type { Returned } from "./listener.ts";
import type { Passed } from "./protocol.ts";
import { warnOfFailure } from "../outage.ts";

export type Here = {
  /** Passes a request on to a machine that is connected to this process. Never rejects. */
  pass: (token: string, passed: Passed, signal: AbortSignal) => Promise<Returned>;
  /** A machine has connected to another process. */
  taken: (token: string) => void;
  /** The tokens of the machines that are connected to this process. */
  tokens: () => string[];
};

/** NOTIFY channels; their payloads are `PROCESS WHAT`. */
const channels = { request: "listen_request", answer: "listen_answer", taken: "listen_taken" } as const;

export class Elsewhere {
  readonly #processId = randomBytes(8).toString("hex");
  readonly #limits: ListenLimits;
  readonly #here: Here;
  readonly #waiting = new Map<string, () => void>();
  /** Writes about machines happen one after the other: a machine that goes and comes again must be there in the end. */
  #telling: Promise<void> = Promise.resolve();
  #listening: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(limits: ListenLimits, here: Here) {
    this.#limits = limits;
    this.#here = here;
  }

  /** From now on all requests to the token come to this process; while the database is away, only its own. Never rejects. */
  async register(token: string): Promise<void> {
    this.#heartbeat ??= setInterval(() => void this.#tell(() => this.#beat()), this.#limits.pingMs).unref();
    const told = this.#tell(async () => {
      await this.#listen();
      const { rows } = await pool().query<{ before: string | null }>(
        `with before as (select "processId" from listener where token = $1)
         insert into listener (token, "processId") values ($1, $2)
         on conflict (token) do update set "processId" = excluded."processId", "seenAt" = now()
         returning (select "processId" from before) as before`,
        [token, this.#processId],
      );
      const before = rows[0]?.before ?? this.#processId;
      if (before !== this.#processId) await notify(channels.taken, `${before} ${token}`);
    });
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, this.#limits.pongMs).unref())]);
  }

  leave(token: string): void {
    void this.#tell(async () => {
      await pool().query(`delete from listener where token = $1 and "processId" = $2`, [token, this.#processId]);
    });
  }

  /** Passes a request on to another process's machine. Null: nobody listens. */
  async pass(token: string, passed: Passed, signal: AbortSignal): Promise<Returned | null> {
    try {
      const holder = await this.#holderOf(token);
      return holder === null ? null : await this.#ask(holder, token, passed, signal);
    } catch (error) {
      warnOfFailure("listen.pass_failed", error);
      return { ok: false, status: 503, detail: "The database is away, by which other processes are asked: try again" };
    }
  }

  close(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }

  async #holderOf(token: string): Promise<string | null> {
    const { rows } = await pool().query<{ processId: string }>(
      `select "processId" from listener where token = $1 and "processId" <> $2 and "seenAt" > now() - $3 * interval '1 ms'`,
      [token, this.#processId, this.#limits.pingMs * 3],
    );
    return rows[0]?.processId ?? null;
  }

  async #ask(holder: string, token: string, { body, ...request }: Passed, signal: AbortSignal): Promise<Returned> {
    await this.#listen();
    const id = randomBytes(12).toString("hex");
    const ended = new Promise<void>((resolve) => {
      this.#waiting.set(id, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      setTimeout(resolve, this.#limits.answerMs + this.#limits.pongMs).unref();
    });
    try {
      await pool().query(`insert into listen_request (id, token, "askedBy", request, body) values ($1, $2, $3, $4, $5)`, [
        id,
        token,
        this.#processId,
        JSON.stringify(request),
        body,
      ]);
      await notify(channels.request, `${holder} ${id}`);
      await ended;
    } finally {
      this.#waiting.delete(id);
    }
    const { rows } = await pool().query<{ returned: string | null; answerBody: Buffer | null }>(
      `delete from listen_request where id = $1 returning returned, "answerBody"`,
      [id],
    );
    const [row] = rows;
    if (row === undefined || row.returned === null)
      return { ok: false, status: 504, detail: "The process that the machine is connected to gave no answer" };
    const returned = JSON.parse(row.returned) as Returned;
    return returned.ok ? { ok: true, answer: { ...returned.answer, body: row.answerBody ?? Buffer.alloc(0) } } : returned;
  }

  async #take(id: string): Promise<void> {
    const { rows } = await pool().query<{ token: string; askedBy: string; request: string; body: Buffer }>(
      `select token, "askedBy", request, body from listen_request where id = $1`,
      [id],
    );
    const [asked] = rows;
    if (asked === undefined) return;
    const { token, askedBy, request, body } = asked;
    const returned = await this.#here.pass(token, { ...(JSON.parse(request) as Omit<Passed, "body">), body }, never);
    const told = returned.ok ? { ok: true, answer: { status: returned.answer.status, headers: returned.answer.headers } } : returned;
    await pool().query(`update listen_request set returned = $2, "answerBody" = $3 where id = $1`, [
      id,
      JSON.stringify(told),
      returned.ok ? returned.answer.body : null,
    ]);
    await notify(channels.answer, `${askedBy} ${id}`);
  }

  /** Listens to the channels, once a process. Messages to other processes are ignored. */
  #listen(): Promise<void> {
    this.#listening ??= this.#listenToAll();
    return this.#listening;
  }

  async #listenToAll(): Promise<void> {
    const ours = (handle: (what: string) => void) => (payload: string) => {
      const [processId = "", what = ""] = payload.split(" ");
      if (processId === this.#processId) handle(what);
    };
    await listen(
      channels.request,
      ours((id) => void this.#quietly(() => this.#take(id))),
    );
    await listen(
      channels.answer,
      ours((id) => this.#waiting.get(id)?.()),
    );
    await listen(
      channels.taken,
      ours((token) => this.#here.taken(token)),
    );
  }

  /** Says that this process's machines are still there, and clears away what killed processes left. */
  async #beat(): Promise<void> {
    await pool().query(
      `insert into listener (token, "processId") select token, $1 from unnest($2::text[]) token
       on conflict (token) do update set "seenAt" = now() where listener."processId" = $1`,
      [this.#processId, this.#here.tokens()],
    );
    await pool().query(`delete from listener where "seenAt" < now() - $1 * interval '1 ms'`, [this.#limits.pingMs * 10]);
    await pool().query(`delete from listen_request where "createdAt" < now() - $1 * interval '1 ms'`, [this.#limits.answerMs * 4]);
  }

  #tell(work: () => Promise<void>): Promise<void> {
    this.#telling = this.#telling.then(() => this.#quietly(work));
    return this.#telling;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      warnOfFailure("listen.database_failed", error);
    }
  }
}

/** A signal that never comes: the machine's own time limit ends the request. */
const never = new AbortController().signal;
