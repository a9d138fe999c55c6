import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../lib/testing/program.ts";

/** How a lone program ends that does this as soon as it works, and what it has said. */
function ran(does: string): { signal: string | null; status: number | null; stdout: string } {
  const [directory, remove] = temporaryDirectory();
  const script = join(directory, "lone.mts");
  writeFileSync(
    script,
    `import inspector from "node:inspector";
    import { runProcesses } from "${resolve("bin/processes/run.ts")}";
    const still = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    ${does}
    await runProcesses({
      file: import.meta.filename,
      processes: () => 1,
      claim: async () => undefined,
      prepare: async () => ({ location: "", stop: async () => undefined }),
      settle: async () => null,
      load: async () => undefined,
      open: async () => undefined,
      start: async () => ({ address: null, sayClosing: () => undefined, stop: async () => undefined }),
      greet: () => void setTimeout(doIt),
    }, { everyMs: 250, mostSilences: 8 });`,
  );
  const { signal, status, stdout } = spawnSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8", timeout: 100_000 });
  remove();
  return { signal, status, stdout };
}

describe("a lone process", () => {
  it("that goes round for ever is killed, and says where it was", () => {
    const { signal, stdout } = ran("function doIt() { goRound(); } function goRound() { for (;;); }");
    expect(signal).toBe("SIGKILL");
    const said = stdout.split("\n").find((line) => line.includes("process.hangs")) ?? "{}";
    expect(JSON.parse(said)).toMatchObject({ level: "fatal", silences: 8, at: expect.stringMatching(/^goRound \(.*lone\.mts.*; doIt \(/) });
  });

  it("that stands where no code is run is killed too", () => {
    const { signal, stdout } = ran("function doIt() { still(); }");
    expect(signal).toBe("SIGKILL");
    expect(stdout).toMatch(/"level":"fatal",.*"msg":"process\.hangs"/);
  });

  it("that comes round now and then goes on, and so does one that is debugged", () => {
    const busy = ran("let rounds = 0; function doIt() { still(250); if (++rounds === 16) process.exit(7); setTimeout(doIt); }");
    expect(busy).toMatchObject({ signal: null, status: 7 });
    expect(busy.stdout).not.toContain("process.hangs");
    const debugged = ran("inspector.open(0); function doIt() { still(4_000); process.exit(7); }");
    expect(debugged).toMatchObject({ signal: null, status: 7 });
  });
});
