/** How long a killed server is away: from its start until its port is open, and until it has accepted a message. */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, type Access } from "./api.ts";
import { cpuMsOf } from "./cpu.ts";
import { freePort, launchWebster, stop } from "./processes.ts";

/** `cpuMs`: of the server's processes, not of an external PostgreSQL. All until a message is accepted, but for `openMs`. */
export type Start = { openMs: number; acceptedMs: number; cpuMs: number };

export const victims = ["the server", "the server and its PostgreSQL"] as const;
export type Starts = { victim: (typeof victims)[number]; builds: { name: string; starts: Start[] }[] };

const acceptedWithinMs = 60_000;
/** Long enough for what a server does right after it has started. */
const quietMs = 1_500;

/** Kills builds in turn, `rounds` times each way, on an embedded database of their own. */
export async function killedAndStarted(builds: { name: string; root: string }[], rounds: number): Promise<Starts[]> {
  const homes = builds.map(({ name, root }) => new Home(name, root));
  try {
    for (const home of homes) await home.settle();
    const all: Starts[] = [];
    for (const victim of victims) {
      const measured = homes.map(({ name }) => ({ name, starts: [] as Start[] }));
      for (let round = 0; round < rounds; round++)
        for (const [i, home] of homes.entries()) measured[i]?.starts.push(await home.killAndStart(victim));
      all.push({ victim, builds: measured });
    }
    return all;
  } finally {
    for (const home of homes) await home.close();
  }
}

/** A line for each build: the best of its starts, for what else a machine does only ever adds. */
export const formatStarts = (all: Starts[]): string =>
  all
    .flatMap(({ victim, builds }) => [
      `(i) ${victim} killed, and started again`,
      ...builds.map(({ name, starts }) => {
        const best = (of: (start: Start) => number): string => `${Math.round(Math.min(...starts.map(of)))} ms`;
        const each = starts.map(({ acceptedMs }) => Math.round(acceptedMs)).join(", ");
        return `    ${name.padEnd(6)} port open ${best((start) => start.openMs)}, accepted ${best((start) => start.acceptedMs)} (${each}), CPU ${best((start) => start.cpuMs)}`;
      }),
    ])
    .join("\n");

class Home {
  readonly name: string;
  readonly #root: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "webster-bench-"));
  readonly #apiKey = `wk_${randomBytes(24).toString("base64url")}`;
  #port = 0;
  #child: ChildProcess | null = null;
  #application = "";

  constructor(name: string, root: string) {
    this.name = name;
    this.#root = root;
    chmodSync(this.#directory, 0o711);
  }

  async settle(): Promise<void> {
    this.#port = await freePort();
    const child = this.#launch();
    await this.#until(child, async () => (this.#application = (await api(this.#access, "/app", { name: "Bench" })).id) !== "");
    await this.#accepted(child);
  }

  async killAndStart(victim: Starts["victim"]): Promise<Start> {
    await pause(quietMs);
    const before = this.#child;
    const database = Number(readFileSync(join(this.#directory, "data/postgres/postmaster.pid"), "utf8").split("\n")[0]);
    const ended = new Promise((resolve) => before?.once("exit", resolve));
    before?.kill("SIGKILL");
    await ended;
    if (victim === "the server and its PostgreSQL") {
      process.kill(database, "SIGKILL");
      // Who takes over the processes of the killed one may leave this one's remains for seconds: that is the machine's affair.
      await this.#until(null, () => Promise.resolve(!exists(database)));
    }
    const startedMs = performance.now();
    const child = this.#launch();
    await this.#until(child, () => isOpen(this.#port));
    const openMs = performance.now() - startedMs;
    await this.#accepted(child);
    return { openMs, acceptedMs: performance.now() - startedMs, cpuMs: cpuMsOf(child.pid ?? 0) };
  }

  async close(): Promise<void> {
    if (this.#child !== null) await stop(this.#child);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #access(): Access {
    return { url: `http://127.0.0.1:${this.#port}`, apiKey: this.#apiKey };
  }

  #launch(): ChildProcess {
    const environment = {
      WEBSTER_DATA_DIR: join(this.#directory, "data"),
      WEBSTER_BOOTSTRAP_API_KEY: this.#apiKey,
      WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
    };
    const logFile = join(this.#directory, "server.log");
    const shape = { processes: 1, cores: null };
    this.#child = launchWebster({ root: this.#root, environment, logFile, profileDirectory: null, shape }, this.#port).child;
    return this.#child;
  }

  async #accepted(child: ChildProcess): Promise<void> {
    const message = { eventType: "bench.started", payload: {} };
    await this.#until(child, async () => (await api(this.#access, `/app/${this.#application}/msg`, message)).id !== "");
  }

  async #until(child: ChildProcess | null, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + acceptedWithinMs;
    while (!(await holds().catch(() => false))) {
      if (child !== null && child.exitCode !== null) throw new Error(`${this.name} ended:\n${this.#logged()}`);
      if (performance.now() > deadline) throw new Error(`${this.name} did not come back:\n${this.#logged()}`);
      await pause(5);
    }
  }

  #logged(): string {
    return readFileSync(join(this.#directory, "server.log"), "utf8").slice(-2_000);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether there is such a process, its remains included. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
