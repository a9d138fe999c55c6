/**
 * The process that starts the others, by node:cluster: they share its listening socket, so that no connection is lost that waits
 * there while one of them is away (with SO_REUSEPORT, which Node.js has from 22.12, each has a queue of its own that dies with it).
 * It hands connections to them in turn, starts those again that end, and does itself only what one is enough for.
 */
import cluster, { type Worker } from "node:cluster";
import { join } from "node:path";
import { tellOutdated } from "../../lib/db/outdated.ts";
import { sharedGround } from "../../lib/db/prepare.ts";
import { StartError } from "../../lib/db/startError.ts";
import { log } from "../../lib/log.ts";
import { metrics, type Scrape } from "../../lib/metrics.ts";
import { after } from "../stopping.ts";
import { nextStart } from "./backoff.ts";
import { FiguresOfAll, jsonOf } from "./figures.ts";
import type { ToPrimary, ToProcess } from "./messages.ts";
import { type Address, endLingerMs } from "./program.ts";
import { type Pulse, usualPulse } from "./pulse.ts";
import { Told } from "./told.ts";

/** A process's place: whoever takes it over has the same number. */
type Place = {
  number: number;
  worker: Worker;
  /** `hearing`: it may begin, and works once it says so; `leaving`: told to stop, and replaced at once. */
  state: "loading" | "hearing" | "working" | "leaving";
  startedAtMs: number;
  failures: number;
  /** How often in a row it did not say that it is alive; null: it need not, as somebody debugs it. */
  silences: number | null;
  isHung: boolean;
};

// For so long a process is waited for that was asked for its metrics.
const figuresWithinMs = 2_000;
// A signal to all processes of a service comes to the primary too, at about the same time; what comes to one alone is for that one.
const forAllWithinMs = 300;
// For so long a process that is replaced keeps connections open that are idle, each until its next answer.
const lingerMs = 1_000;
const ownNumber = 0;

export class Primary {
  readonly #count: number;
  readonly #leaveWithinMs: number;
  readonly #places = new Map<number, Place>();
  readonly #figures = new FiguresOfAll();
  readonly #questions = new Map<number, () => void>();
  #lastQuestion = 0;
  /** Whether the database is ready, so that processes may begin. */
  #begun = false;
  #stopping = false;
  #first: { resolve: (address: Address | null) => void; reject: (error: Error) => void } | null = null;

  /** `file`: the program that each process runs. `leaveWithinMs`: how long one may take that is asked to leave alone. */
  constructor({ file, count, leaveWithinMs, pulse = usualPulse }: { file: string; count: number; leaveWithinMs: number; pulse?: Pulse }) {
    this.#count = count;
    this.#leaveWithinMs = leaveWithinMs;
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: join(import.meta.dirname, "../oneOfSeveral.mjs"), args: [file, ...process.argv.slice(2)] });
    setInterval(() => this.#feelPulse(pulse.mostSilences), pulse.everyMs).unref();
    // Loads what it needs while the database is made ready.
    this.#places.set(1, this.#fork(1, 0));
  }

  /** Lets the first process begin, then the others. Resolves to where they listen. Throws what kept the first one from it. */
  async begin(): Promise<Address | null> {
    const working = new Promise<Address | null>((resolve, reject) => (this.#first = { resolve, reject }));
    this.#begun = true;
    for (const place of this.#places.values()) this.#letBegin(place);
    const address = await working;
    this.#first = null;
    for (let number = 2; number <= this.#count && !this.#stopping; number++) this.#places.set(number, this.#fork(number, 0));
    return address;
  }

  /** Rejects if none of them works. */
  requireWorking(): void {
    if (![...this.#places.values()].some(({ state }) => state === "working")) throw new Error("None of the processes works");
  }

  /** They go on with their work, but say that they soon will not. None is started any more. */
  sayClosing(): void {
    this.#stopping = true;
    this.#tellAll({ kind: "closing" });
  }

  /** Stops all of them. Whichever has not ended in time is killed. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    // One that is still loading hears nothing, and has nothing to finish.
    for (const { state, worker } of this.#places.values()) if (state === "loading") worker.process.kill("SIGKILL");
    const workers = [...this.#places.values()].map(({ worker }) => worker).filter((worker) => !worker.isDead());
    const ended = Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve))));
    this.#tellAll({ kind: "stop", withinMs, lingerMs: endLingerMs });
    await Promise.race([ended, after(withinMs + 1_000)]);
    this.kill();
  }

  /** Ends all of them at once. */
  kill(): void {
    this.#stopping = true;
    for (const { worker } of this.#places.values()) if (!worker.isDead()) worker.process.kill("SIGKILL");
  }

  /** The metrics of all together. */
  async scrape(): Promise<Scrape> {
    const { registry } = metrics();
    this.#figures.set(ownNumber, await jsonOf(registry));
    const asked = [...this.#places.values()].filter(({ state, worker }) => state !== "loading" && worker.isConnected());
    await Promise.race([Promise.all(asked.map(({ worker }) => this.#askFigures(worker))), after(figuresWithinMs)]);
    return { contentType: registry.contentType, text: await this.#figures.text() };
  }

  #askFigures(worker: Worker): Promise<void> {
    const id = ++this.#lastQuestion;
    return new Promise<void>((resolve) => {
      this.#questions.set(id, resolve);
      worker.once("exit", resolve);
      tell(worker, { kind: "count", id });
    }).finally(() => this.#questions.delete(id));
  }

  /** A process that hangs keeps its connections, its leases and its locks: it is killed, and started again like any that ends. */
  #feelPulse(mostSilences: number): void {
    if (this.#stopping) return;
    for (const place of this.#places.values()) {
      const { number, state, silences, isHung, worker } = place;
      // One that is still loading hears nothing yet.
      if (state === "loading" || isHung || worker.isDead()) continue;
      if (silences !== null && silences >= mostSilences) {
        place.isHung = true;
        log.error({ process: number, pid: worker.process.pid, silences }, "process.hangs");
        worker.process.kill("SIGKILL");
        continue;
      }
      if (silences !== null) place.silences = silences + 1;
      tell(worker, { kind: "alive" });
    }
  }

  #fork(number: number, failures: number): Place {
    const worker = cluster.fork();
    const place: Place = { number, worker, state: "loading", startedAtMs: performance.now(), failures, silences: 0, isHung: false };
    worker.on("message", (message: ToPrimary) => this.#heard(place, message));
    worker.once("exit", (code: number | null, signal: string | null) =>
      this.#ended(place, place.isHung ? "hang" : (signal ?? String(code))),
    );
    // Of one that can't be told any more, the end is enough.
    worker.on("error", (error) => log.warn({ process: number, error: error.message }, "process.error"));
    return place;
  }

  #letBegin({ number, state, worker }: Place): void {
    if (!this.#begun || state !== "hearing") return;
    tell(worker, { kind: "begin", count: this.#count, number, shared: sharedGround() });
  }

  #heard(place: Place, message: ToPrimary): void {
    const { number, worker } = place;
    switch (message.kind) {
      case "hearing":
        place.state = "hearing";
        if (!this.#begun) tell(worker, { kind: "open" });
        this.#letBegin(place);
        return;
      case "alive":
        place.silences = message.isDebugged ? null : 0;
        return;
      case "working":
        place.state = "working";
        this.#tellGauge();
        log.info({ process: number, pid: worker.process.pid }, "process.working");
        this.#first?.resolve(message.address);
        return;
      case "failed":
        if (this.#first !== null) this.#first.reject(new Told(message.text));
        else log.error({ process: number, error: message.text }, "process.start_failed");
        return;
      case "outdated":
        tellOutdated(new Told(message.text));
        return;
      case "asked":
        void after(forAllWithinMs).then(() => this.#letLeave(place));
        return;
      case "counted":
        this.#figures.set(number, message.figures);
        if (message.id !== null) this.#questions.get(message.id)?.();
        return;
      case "scrape":
        void this.scrape().then(({ text }) => tell(worker, { kind: "scraped", id: message.id, text }));
        return;
      case "news":
        for (const other of this.#places.values()) if (other !== place) tell(other.worker, message);
        return;
    }
  }

  #letLeave(place: Place): void {
    if (this.#stopping || place.state === "leaving" || place.worker.isDead()) return;
    log.info({ process: place.number }, "process.leaving");
    place.state = "leaving";
    this.#tellGauge();
    tell(place.worker, { kind: "stop", withinMs: this.#leaveWithinMs, lingerMs });
  }

  #ended(place: Place, by: string): void {
    const { number, state, failures, startedAtMs } = place;
    this.#figures.end(number);
    this.#tellGauge();
    if (this.#first !== null) this.#first.reject(endedEarly(by));
    if (this.#stopping || this.#first !== null) return;
    if (state === "leaving") return this.#startAgain(number, 0);
    const livedMs = performance.now() - startedAtMs;
    const next = nextStart(livedMs, failures);
    metrics().processesEnded.inc({ by });
    log.error({ process: number, by, livedMs: Math.round(livedMs), startsInMs: next.waitMs }, "process.ended");
    setTimeout(() => this.#startAgain(number, next.failures), next.waitMs);
  }

  #startAgain(number: number, failures: number): void {
    if (this.#stopping) return;
    this.#places.set(number, this.#fork(number, failures));
  }

  #tellGauge(): void {
    const working = [...this.#places.values()].filter(({ state, worker }) => state === "working" && !worker.isDead());
    metrics().processes.set(working.length);
  }

  #tellAll(message: ToProcess): void {
    for (const { worker } of this.#places.values()) tell(worker, message);
  }
}

const endedEarly = (by: string): StartError =>
  new StartError(
    `The first process ended (${by}) before it worked.`,
    "Start again. If it ends so each time: the log above may say why; where nothing does, memory may be short (the kernel says so, dmesg), and WEBSTER_PROCESSES=1 takes the least.",
  );

function tell(worker: Worker, message: ToProcess): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
