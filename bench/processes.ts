/** The parts of a benchmark in processes of their own: the programs in this folder answer calls, Webster is just run. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** The clone that this benchmark belongs to. */
export const root = join(import.meta.dirname, "..");

const loader = ["--import", import.meta.resolve("tsx")];
const startTimeoutMs = 60_000;
const stopTimeoutMs = 60_000;

/** A program of this folder. */
export type Part<Calls extends Record<string, (input: never) => unknown>> = {
  call<Name extends keyof Calls & string>(name: Name, ...input: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>>;
  pid: number;
  stop(): void;
};

export function startPart<Calls extends Record<string, (input: never) => unknown>>(file: string): Part<Calls> {
  const child = fork(join(import.meta.dirname, file), { execArgv: loader, serialization: "advanced" });
  let lastCall = 0;
  return {
    call: (name, ...[input]) => {
      const id = ++lastCall;
      return new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error(`${file} ended`));
        const answered = (answer: { id: number; result?: never; error?: string }): void => {
          if (answer.id !== id) return;
          child.off("message", answered).off("exit", ended);
          if (answer.error === undefined) resolve(answer.result as never);
          else reject(new Error(`${file} ${name}: ${answer.error}`));
        };
        child.on("message", answered).once("exit", ended);
        child.send({ id, name, input });
      });
    },
    pid: child.pid ?? 0,
    stop: () => void child.kill(),
  };
}

/** The other side of a part: answers each call with what its function returns. */
export function answerCalls(calls: Record<string, (input: never) => unknown>): void {
  process.on("message", ({ id, name, input }: { id: number; name: string; input: never }) => {
    Promise.resolve()
      .then(() => calls[name]?.(input))
      .then(
        (result) => process.send?.({ id, result }),
        (error: Error) => process.send?.({ id, error: error.stack }),
      );
  });
  process.on("disconnect", () => process.exit(0));
}

export type Webster = { url: string; pid: number; stop(): Promise<void> };

/** How many processes the server has, on which cores (as `taskset -c` has them; null: all), and whether it draws pages. */
export type Shape = { processes: number; cores: string | null; pages?: boolean };

export type Launch = {
  root: string;
  environment: Record<string, string>;
  logFile: string;
  profileDirectory: string | null;
  shape: Shape;
};

/** The real server of the clone at `root`, as its `npm start` runs it. `profileDirectory`: writes a CPU profile there when it stops. */
export async function startWebster(launch: Launch): Promise<Webster> {
  const { url, child } = launchWebster(launch, await freePort());
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`Webster did not start:\n${readFileSync(launch.logFile, "utf8").slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** The same, without waiting until it serves. */
export function launchWebster(
  { root, environment, logFile, profileDirectory, shape: { processes, cores, pages = false } }: Launch,
  port: number,
): { url: string; child: ChildProcess } {
  const profile = profileDirectory === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`];
  const output = openSync(logFile, "a");
  const command = [process.execPath, ...profile, join(root, "bin/start.mjs"), "--run", "bin/server.ts", ...(pages ? [] : ["--no-pages"])];
  const [program = "", ...args] = cores === null ? command : ["taskset", "-c", cores, ...command];
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      WEBSTER_PROCESSES: String(processes),
      ...environment,
      HOST: "127.0.0.1",
      PORT: String(port),
    },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return { url: `http://127.0.0.1:${port}`, child };
}

export const isHealthy = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ status }) => status === 204,
    () => false,
  );

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await exited;
  clearTimeout(force);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
