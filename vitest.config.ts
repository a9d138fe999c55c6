import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// What goes through Next.js needs the built pages; `npm test` always builds them first.
const folders = ["app", "bench", "bin", "components", "lib", ...(existsSync(".next/BUILD_ID") ? ["e2e"] : [])];
// They put other modules in the place of ours.
const alone = ["lib/services/source/verificationDocuments.test.ts", "lib/receiving/confirmations.test.ts"];
// They look at when something happens, which only a machine that does nothing else can promise: after all others.
const timed = ["lib/delivery/limits.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["lib/testing/globalSetup.ts"],
    setupFiles: ["lib/testing/freshProcess.ts"],
    pool: "forks",
    // Half of their time they wait for the database, for programs, for what is to happen: three keep two cores busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Only what fails takes that long; a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // What is waited for may come late; the usual second would be a bound on the machine's speed.
    expect: { poll: { timeout: 60_000 } },
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      // Loading everything anew for each file took half of the time.
      {
        extends: true,
        test: {
          name: "together",
          include: folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: [...alone, ...timed],
          setupFiles: ["lib/testing/everyAnswer.ts"],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: alone } },
      {
        extends: true,
        test: { name: "timed", include: timed, setupFiles: ["lib/testing/everyAnswer.ts"], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
