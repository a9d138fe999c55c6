import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../lib/testing/program.ts";

it("a program that npm has started ends as it should when npm and its shell are ended alone", async () => {
  const [directory, remove] = temporaryDirectory();
  const script = join(directory, "program.ts");
  writeFileSync(
    script,
    `import { runProgram, say } from "${resolve("bin/lifecycle.ts")}";
    void runProgram(async () => {
      setInterval(() => undefined, 1_000);
      say("started");
      return async () => say("drained");
    });`,
  );
  // With something to do after it, no shell puts the program in its own place.
  const shell = spawn("sh", ["-c", `"${process.execPath}" --import tsx "${script}"; true`], {
    env: { ...process.env, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of shell.stdout) {
    output += String(chunk);
    if (output === "started\n") shell.kill("SIGTERM");
  }
  remove();
  expect(output).toBe("started\n\nStopping: letting what is under way finish. Ctrl-C again ends it at once.\ndrained\nStopped.\n");
});
