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

it("kills and starts again what hangs; what is debugged, and what answers, it lets be", () => {
  const [directory, remove] = temporaryDirectory();
  const program = join(directory, "hangs.ts");
  const mark = join(directory, "hung");
  // Number 1 is debugged, and stands as soon as it has said so; number 2 hangs the first time that it works, and then ends by itself once
  // it has been asked twice as often as a silence may last.
  writeFileSync(
    program,
    `import { existsSync, writeFileSync } from "node:fs";
    const hang = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    let number = 0;
    let asked = 0;
    process.on("message", (message) => {
      if (message.kind === "begin") {
        number = message.number;
        process.send({ kind: "working", address: null }, () => {
          if (number !== 2 || existsSync(${JSON.stringify(mark)})) return;
          writeFileSync(${JSON.stringify(mark)}, "");
          hang();
        });
      }
      if (message.kind === "alive" && ++asked === 16) process.exit(7);
      if (message.kind === "alive") process.send({ kind: "alive", isDebugged: number === 1 }, () => number === 1 && hang());
    });
    process.send({ kind: "hearing" });`,
  );
  const script = join(directory, "primary.ts");
  const text = `import { log } from "${resolve("lib/log.ts")}";
    import { metrics } from "${resolve("lib/metrics.ts")}";
    import { Primary } from "${resolve("bin/processes/primary.ts")}";
    const primary = new Primary({ file: ${JSON.stringify(program)}, count: 2, leaveWithinMs: 0, pulse: { everyMs: 250, mostSilences: 8 } });
    const error = log.error.bind(log);
    log.error = (...line) => {
      error(...line);
      if (line[1] === "process.ended" && line[0].by === "7")
        void metrics().registry.metrics().then((text) => process.stdout.write(text, () => process.exit(0)));
    };
    process.once("exit", () => primary.kill());
    void primary.begin();`;
  writeFileSync(script, text);
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8", timeout: 100_000 });
  remove();
  const told = [...stdout.matchAll(/"process":(\d),.*"msg":"process\.(\w+)"/g)].map(([, number, event]) => `${number} ${event}`);
  expect(told).toEqual(["1 working", "2 working", "2 hangs", "2 ended", "2 working", "2 ended"]);
  expect(stdout).toMatch(/^webster_processes_ended_total\{by="hang"\} 1$/m);
});
