/** What a server prints when it runs. */
import packageJson from "../../package.json" with { type: "json" };
import { commandOf } from "../../lib/commands.ts";
import type { Ground } from "../../lib/db/prepare.ts";
import { describeTargets, env, isInImage, pagesProblem } from "../../lib/env.ts";
import { say } from "../lifecycle.ts";
import type { Operations } from "../operations.ts";

const { version } = packageJson;

type About = {
  ground: Ground;
  /** Of the link that creates the owner; null: there is one. */
  setupToken: string | null;
  hasPages: boolean;
  processes: number;
  operations: Operations | null;
};

/** Says that it runs, and where. */
export function greet({ ground, setupToken, hasPages, processes, operations }: About): void {
  const { publicUrl, roles } = env();
  const problem = hasPages && publicUrl !== null ? pagesProblem(publicUrl) : null;
  const parts = [roles.web ? "the API" : "", hasPages ? "the pages" : "", roles.worker ? "deliveries" : ""].filter(Boolean);
  const lines = [`\nWebster ${version} is running: ${parts.join(", ")}.\n`];
  if (hasPages) lines.push(`  Open       ${publicUrl}`);
  if (roles.web) lines.push(`  API        ${publicUrl}/api/v1`);
  if (operations !== null) lines.push(`  Operations ${operations.url}/health/ready and /metrics`);
  lines.push(`  Data       ${ground.location}`);
  if (processes > 1) lines.push(`  Processes  ${processes}, behind one port`);
  if (roles.worker) lines.push(`  Targets    ${describeTargets(env())}`);
  // An image has no demo.
  if (roles.web && !isInImage()) lines.push(`  Try        ${commandOf("demo")}, in another terminal`);
  lines.push("  Stop       Ctrl-C\n");
  if (problem !== null) lines.push(`${problem}.\n`);
  if (setupToken !== null && roles.web)
    lines.push(
      "There is no owner yet. This link creates one (once, within a day; each start prints a new one):",
      `  ${publicUrl}/setup#token=${setupToken}\n`,
    );
  say(lines.join("\n"));
}
