/**
 * `npm run examples`: the receivers in `examples/`, each with its own dependencies, given deliveries as Webster sends them. It
 * downloads them, so it is no part of the tests. A language that this machine does not have is told and left out.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleSecret, judgeReceiver, judgeWithoutSecret } from "../lib/testing/exampleReceiver.ts";

type Example = { folder: string; tool: string; prepare: string[][]; start: string[] };

const examples: Example[] = [
  {
    folder: "typescript",
    tool: "npm --version",
    prepare: [["npm", "install", "--no-audit", "--no-fund"]],
    start: ["npx", "tsx", "receiver.ts"],
  },
  {
    folder: "python",
    tool: "python3 --version",
    prepare: [
      ["python3", "-m", "venv", "venv"],
      ["venv/bin/pip", "install", "--quiet", "-r", "requirements.txt"],
    ],
    start: ["venv/bin/python", "receiver.py"],
  },
  { folder: "go", tool: "go version", prepare: [["go", "build", "-o", "receiver", "."]], start: ["./receiver"] },
];

for (const { folder, tool, prepare, start } of examples) {
  const [command = "", ...parameters] = tool.split(" ");
  if (spawnSync(command, parameters).status !== 0) {
    console.log(`${folder}: not run, there is no ${command} on this machine`);
    continue;
  }
  const cwd = mkdtempSync(join(tmpdir(), "webster-example-"));
  try {
    cpSync(join("examples", folder), cwd, { recursive: true });
    for (const [program = "", ...rest] of prepare) execFileSync(program, rest, { cwd, stdio: "pipe" });
    const faults = await judgeReceiver((port) => {
      const settings = [`WEBHOOK_SECRET=${exampleSecret}`, `PORT=${port}`];
      return spawn("env", [...settings, ...start], { cwd, stdio: ["ignore", "pipe", "inherit"], detached: true });
    });
    faults.push(
      ...(await judgeWithoutSecret(() =>
        spawn("env", ["-u", "WEBHOOK_SECRET", ...start], { cwd, stdio: ["ignore", "ignore", "pipe"], timeout: 20_000 }),
      )),
    );
    console.log(`${folder}: ${faults.length === 0 ? "as it should be" : faults.join("; ")}`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
