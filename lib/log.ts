/** Log lines: JSON to stdout, one wide line an event. Never a payload, never a secret. */
import { pino } from "pino";
import { LogOutput } from "./logOutput.ts";
import { singleton } from "./singleton.ts";

const output = singleton("logOutput", () => {
  const made = new LogOutput();
  process.once("exit", () => made.flushSync());
  return made;
});

export const log = pino(
  {
    level: "info",
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  },
  output,
);
