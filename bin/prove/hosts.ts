/**
 * Machines made of network namespaces on one bridge: each has an address and processes of its own, and can be killed, cut off and
 * started again. What it runs ends with it, and nothing else does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { run, tryRun } from "./commands.ts";

const prefix = "webster-proof";
const bridge = "wproof0";
const network = (last: number): string => `10.87.0.${last}`;

/** The address of the machine that the proof itself is. */
export const here = network(254);
export const everybody = "10.87.0.0/24";

type Service = { name: string; command: string[]; env: Record<string, string> };

export class Host {
  readonly name: string;
  readonly address: string;
  readonly #namespace: string;
  readonly #link: string;
  readonly #logs: string;
  readonly #services: Service[] = [];
  readonly #running = new Map<string, ChildProcess>();

  constructor(name: string, last: number, directory: string) {
    this.name = name;
    this.address = network(last);
    this.#namespace = `${prefix}-${name}`;
    this.#link = `wproof${last}`;
    this.#logs = join(directory, "logs");
    mkdirSync(this.#logs, { recursive: true });
    run("ip", ["netns", "add", this.#namespace]);
    run("ip", ["link", "add", this.#link, "type", "veth", "peer", "name", "eth0", "netns", this.#namespace]);
    run("ip", ["link", "set", this.#link, "master", bridge, "up"]);
    this.#inside("ip", "addr", "add", `${this.address}/24`, "dev", "eth0");
    this.#inside("ip", "link", "set", "eth0", "up");
    this.#inside("ip", "link", "set", "lo", "up");
  }

  /** Runs a program there, now and whenever the machine is started again. */
  serve(name: string, command: string[], env: Record<string, string> = {}): ChildProcess {
    const service = { name, command, env };
    this.#services.push(service);
    return this.#start(service);
  }

  /** The power is gone: nothing is told to anybody. */
  kill(): void {
    this.cutOff();
    for (const child of this.#running.values()) killGroup(child);
    for (const pid of this.#pids()) process.kill(Number(pid), "SIGKILL");
    this.#running.clear();
  }

  /** The power is back. */
  restart(): void {
    this.join();
    for (const service of this.#services) this.#start(service);
  }

  /** One of its programs dies and is started again, as an init does. */
  restartService(name: string): void {
    const service = this.#services.find((one) => one.name === name);
    const child = this.#running.get(name);
    if (service === undefined || child === undefined) throw new Error(`${this.name} runs no ${name}`);
    killGroup(child);
    child.once("exit", () => this.#start(service));
  }

  /** Packets from and to it are lost from now on; what it runs goes on. */
  cutOff(): void {
    run("ip", ["link", "set", this.#link, "down"]);
  }

  join(): void {
    run("ip", ["link", "set", this.#link, "up"]);
  }

  /** Packets between these two are lost, of everybody else's none. */
  cutOffFrom(others: Host[], isCut: boolean): void {
    for (const { address } of others) this.#inside("ip", "route", isCut ? "add" : "del", "blackhole", `${address}/32`);
  }

  /** Runs a command there and answers what it printed. */
  ask(...command: string[]): string {
    return run("ip", ["netns", "exec", this.#namespace, ...command]);
  }

  remove(): void {
    this.kill();
    tryRun("ip", ["netns", "delete", this.#namespace]);
    tryRun("ip", ["link", "delete", this.#link]);
  }

  #start({ name, command, env }: Service): ChildProcess {
    const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
    const child = spawn("ip", ["netns", "exec", this.#namespace, "env", ...settings, ...command], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const log = createWriteStream(join(this.#logs, `${this.name}-${name}.log`), { flags: "a" });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    this.#running.set(name, child);
    return child;
  }

  #inside(...command: string[]): void {
    run("ip", ["netns", "exec", this.#namespace, ...command]);
  }

  #pids(): string[] {
    return tryRun("ip", ["netns", "pids", this.#namespace]).stdout.split("\n").filter(Boolean);
  }
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The switch that all of them hang on; `removeNetwork` takes it away. */
export function makeNetwork(): void {
  removeNetwork();
  run("ip", ["link", "add", bridge, "type", "bridge"]);
  run("ip", ["addr", "add", `${here}/24`, "dev", bridge]);
  run("ip", ["link", "set", bridge, "up"]);
}

export const removeNetwork = (): void => void tryRun("ip", ["link", "delete", bridge]);
