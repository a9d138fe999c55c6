/** Log lines: JSON to stdout, one wide line an event. Never a payload, never a secret. */
import { pino } from "pino";

export const log = pino({
  level: "info",
  base: null,
  formatters: { level: (label) => ({ level: label }) },
  timestamp: pino.stdTimeFunctions.isoTime,
});
