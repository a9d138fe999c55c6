/** What the primary and its processes tell each other, as JSON. */
import type { Shared } from "../../lib/db/prepare.ts";
import type { Address } from "./program.ts";

/** The metrics of a process with their samples, as prom-client has them in JSON. */
export type Figures = { name: string; type: unknown; aggregator: string; values: object[] }[];

export type ToProcess =
  /** Nobody listens yet: it does, and lets wait what comes. */
  | { kind: "open" }
  /** Starts its work, on a database that is prepared. */
  | { kind: "begin"; count: number; number: number; shared: Shared }
  /** Soon it will be told to stop: it says that it is not ready, and goes on. */
  | { kind: "closing" }
  | { kind: "stop"; withinMs: number; lingerMs: number }
  /** Asks whether it still hears. */
  | { kind: "alive" }
  /** Asks for its figures. */
  | { kind: "count"; id: number }
  /** The text that it has asked for, of all. */
  | { kind: "scraped"; id: number; text: string }
  | { kind: "news"; topic: string; news: unknown };

export type ToPrimary =
  /** It hears from now on; of what it was told before it knows nothing. */
  | { kind: "hearing" }
  /** `isDebugged`: somebody may make it stand. */
  | { kind: "alive"; isDebugged: boolean }
  | { kind: "working"; address: Address | null }
  /** It could not start. `text`: why, in words. */
  | { kind: "failed"; text: string }
  /** The database is a newer version's by now, and none of them can go on. `text`: what and what to do, in words. */
  | { kind: "outdated"; text: string }
  /** Somebody has sent it a signal to stop. */
  | { kind: "asked" }
  /** `id`: of the question; null: these are its last. */
  | { kind: "counted"; id: number | null; figures: Figures }
  | { kind: "scrape"; id: number }
  | { kind: "news"; topic: string; news: unknown };
