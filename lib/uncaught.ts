/**
 * What nobody caught, in one way, whether the process has loaded the pages or not. Next.js would only print both kinds, from the
 * first page on; Node.js by itself ends the process at either.
 *
 * An exception ends the process: what it broke off in the middle may have left anything behind (a slot that is never freed, a lane
 * that never goes on), and a process that lives renews the leases of what it no longer delivers. One that is gone is started again,
 * and others deliver what it held. A rejection ends nothing: the functions that it came through have left by their `finally`, and
 * pages that nobody waits for any more reject as a matter of course.
 */
import { log } from "./log.ts";
import { metrics } from "./metrics.ts";

/** To be called once, before the pages are loaded. */
export function heedUncaught(): void {
  // What is said to people may find nobody there any more, or no room.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  // In front of all listeners, also of those that go on.
  process.prependListener("uncaughtException", (error: unknown) => {
    log.fatal(described(error), "process.uncaught_exception");
    process.exit(1);
  });
  process.on("unhandledRejection", heedRejection);
  // By this Next.js knows its own listener, which prints, and adds none beside it.
  Reflect.set(globalThis, Symbol.for("next.unhandledRejectionListener"), heedRejection);
}

function heedRejection(reason: unknown): void {
  metrics().unhandledRejections.inc();
  log.error(described(reason), "process.unhandled_rejection");
}

const frames = 20;

/** Of what is no Error only its type: it may be anything, a payload or a secret too. */
function described(thrown: unknown): Record<string, string> {
  if (!(thrown instanceof Error)) return { error: `No Error but ${thrown === null ? "null" : typeof thrown}` };
  const at = (thrown.stack ?? "").split("\n").filter((line) => /^ +at /.test(line));
  return {
    error: `${thrown.name}: ${thrown.message}`,
    at: at
      .slice(0, frames)
      .map((line) => line.trim().slice(3))
      .join("; "),
  };
}
