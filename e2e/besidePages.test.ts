/** What Next.js leaves behind in its process, in which messages are taken in and sent. */
import { expect, it } from "vitest";
import { looksAtPromises } from "../lib/http/besidePages.ts";
import { runProgram } from "../lib/testing/program.ts";

it("costs what draws no pages nothing, soon after one has been drawn", async () => {
  const probe = runProgram("e2e/support/pagesProbe.ts", [], {});
  try {
    const [, status, replaced] = await probe.waitFor(/page (\d+), replaced: (.*)\n/);
    expect([status, replaced]).toEqual(["404", "nothing"]);
    if (looksAtPromises) await probe.waitFor(/promises are noted\n/);
    await probe.waitFor(/promises are not noted\n/);
  } finally {
    probe.kill("SIGKILL");
    await probe.exited;
  }
});
