/** One of several processes: does the work, and obeys the primary. When that one ends, node:cluster ends this one at once. */
import inspector from "node:inspector";
import { outdated, whenOutdated } from "../../lib/db/outdated.ts";
import { joinGround } from "../../lib/db/prepare.ts";
import { log } from "../../lib/log.ts";
import { metrics, setScrape } from "../../lib/metrics.ts";
import { sayStopping } from "../../lib/services/system/health.ts";
import { setSiblings } from "../../lib/siblings.ts";
import { explain } from "../lifecycle.ts";
import { StopDeadline } from "../stopping.ts";
import { jsonOf } from "./figures.ts";
import type { ToPrimary, ToProcess } from "./messages.ts";
import type { ServerProgram, Started } from "./program.ts";

type Begin = Extract<ToProcess, { kind: "begin" }>;
type Stop = Extract<ToProcess, { kind: "stop" }>;

type Work = Pick<ServerProgram<unknown>, "load" | "open" | "start">;

export function runAsOne(work: Work): void {
  const one = new One(work);
  // What fails now fails again when it starts.
  work.load().catch(() => undefined);
  process.on("message", (message: ToProcess) => one.hear(message));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => one.ask());
  void whenOutdated().then((error) => tell({ kind: "outdated", text: explain(error) }));
  tell({ kind: "hearing" });
}

class One {
  readonly #work: Work;
  readonly #handlers = new Map<string, ((news: unknown) => void)[]>();
  readonly #scrapes = new Map<number, (text: string) => void>();
  #lastScrape = 0;
  #started: Started | null = null;
  #leaveGround: (() => Promise<void>) | null = null;
  #begun: Promise<void> = Promise.resolve();
  readonly #asked = new AbortController();

  constructor(work: Work) {
    this.#work = work;
  }

  /** Somebody wants this process to stop. Whether it is meant alone, the primary knows. */
  ask(): void {
    tell({ kind: "asked" });
  }

  hear(message: ToProcess): void {
    switch (message.kind) {
      case "open":
        this.#work.open().catch(() => undefined);
        return;
      case "begin":
        this.#begun = this.#begin(message);
        return;
      case "closing":
        sayStopping();
        this.#started?.sayClosing();
        return;
      case "stop":
        void this.#stop(message);
        return;
      case "alive":
        tell({ kind: "alive", isDebugged: inspector.url() !== undefined });
        return;
      case "count":
        void this.#tellFigures(message.id);
        return;
      case "scraped":
        this.#scrapes.get(message.id)?.(message.text);
        return;
      case "news":
        for (const handle of this.#handlers.get(message.topic) ?? []) handle(message.news);
        return;
    }
  }

  async #begin({ count, number, shared }: Begin): Promise<void> {
    setSiblings({
      count,
      number,
      tell: (topic, news) => tell({ kind: "news", topic, news }),
      hear: (topic, handler) => this.#handlers.set(topic, [...(this.#handlers.get(topic) ?? []), handler]),
    });
    setScrape(async () => ({ contentType: metrics().registry.contentType, text: await this.#scrape() }));
    try {
      this.#leaveGround = await joinGround(shared, this.#asked.signal);
      this.#started = await this.#work.start();
      tell({ kind: "working", address: this.#started.address });
    } catch (error) {
      if (error === this.#asked.signal.reason) return;
      tell({ kind: "failed", text: explain((await outdated()) ?? error) }, () => process.exit(1));
    }
  }

  async #stop({ withinMs, lingerMs }: Stop): Promise<void> {
    if (this.#asked.signal.aborted) return;
    this.#asked.abort();
    const deadline = new StopDeadline(withinMs);
    try {
      await deadline.step("start", this.#begun);
      sayStopping();
      await this.#started?.stop(deadline, lingerMs);
      await this.#tellFigures(null);
      await deadline.step("connections", this.#leaveGround?.(), true);
      process.exit(0);
    } catch (error) {
      log.error({ error: (error as Error).message }, "process.stop_failed");
      process.exit(1);
    }
  }

  async #tellFigures(id: number | null): Promise<void> {
    tell({ kind: "counted", id, figures: await jsonOf(metrics().registry) });
  }

  #scrape(): Promise<string> {
    const id = ++this.#lastScrape;
    return new Promise<string>((resolve) => {
      this.#scrapes.set(id, resolve);
      tell({ kind: "scrape", id });
    }).finally(() => this.#scrapes.delete(id));
  }
}

function tell(message: ToPrimary, done: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, done);
}
