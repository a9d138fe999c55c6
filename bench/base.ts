/** Another commit's build, in a worktree under the temp folder: made once, and kept for the next comparison. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./processes.ts";

/** The folder of the commit's clone, with its dependencies and its database client. Throws if there is no such commit. */
export function buildOf(commit: string): { hash: string; folder: string } {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const hash = git("rev-parse", "--verify", `${commit}^{commit}`);
  const folder = join(tmpdir(), `webster-base-${hash.slice(0, 12)}`);
  if (!existsSync(join(folder, ".git"))) {
    git("worktree", "prune");
    git("worktree", "add", "--detach", folder, hash);
  }
  // As its own npm start would: what is stale is made.
  const prepare = `import("./bin/prepare.mjs").then(({ prepare }) => prepare({ pages: false, programs: true }))`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", prepare], { cwd: folder, stdio: "inherit" });
  return { hash, folder };
}
