import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../lib/testing/program.ts";

it("says what to do if the first process is killed as it begins", () => {
  const [directory, remove] = temporaryDirectory();
  const program = join(directory, "dies.ts");
  writeFileSync(program, `process.on("message", () => process.kill(process.pid, "SIGKILL")); process.send({ kind: "hearing" });`);
  const script = join(directory, "primary.ts");
  const text = `import { explain } from "${resolve("bin/lifecycle.ts")}";
    import { Primary } from "${resolve("bin/processes/primary.ts")}";
    new Primary({ file: ${JSON.stringify(program)}, count: 2, leaveWithinMs: 0 }).begin().catch((error) => {
      process.stdout.write(explain(error));
      process.exit(1);
    });`;
  writeFileSync(script, text);
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8" });
  remove();
  expect(stdout).toMatch(/^The first process ended \(SIGKILL\) before it worked\.\n\nWhat to do: Start again\. [^\n]+$/);
});
