import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it.skipIf(process.platform === "win32")("a start with too few files says what to do, in place of a stack", () => {
  const run = (limit: number): string =>
    spawnSync("sh", ["-c", `ulimit -n ${limit}; exec "${process.execPath}" bin/start.mjs --run bin/worker.ts`], {
      encoding: "utf8",
      env: {
        ...process.env,
        PORT: "0",
        DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
        WEBSTER_SECRET: Buffer.alloc(32).toString("base64"),
      },
    }).stderr;
  expect(run(32)).toMatch(
    /^\nThe start failed because this process may have too few files open at a time\.\n\nWhat to do: Raise the limit \(ulimit -n[^\n]+\n$/,
  );
  expect(run(256)).toMatch(/^\nThe configuration is not valid:\n/);
});
