/**
 * The metrics of several processes as one scrape. What a process had counted when it ended stays in the sum, as far as it was last
 * told: a counter that goes down means to Prometheus that everything began anew.
 */
import { AggregatorRegistry, type Registry } from "prom-client";
import type { Figures } from "./messages.ts";

export class FiguresOfAll {
  readonly #latest = new Map<number, Figures>();
  #ended: Figures[] = [];

  /** `number`: the process's; what it says replaces what it said before. */
  set(number: number, figures: Figures): void {
    this.#latest.set(number, figures);
  }

  /** The process has ended: what it counted is kept, what it measured is not so any more. */
  end(number: number): void {
    const counted = (this.#latest.get(number) ?? []).filter(({ type }) => type !== "gauge");
    this.#latest.delete(number);
    if (counted.length > 0) this.#ended.push(counted);
  }

  /** The sum in Prometheus' text format. */
  async text(): Promise<string> {
    if (this.#ended.length > 1) this.#ended = [await jsonOf(sumOf(this.#ended))];
    return sumOf([...this.#latest.values(), ...this.#ended]).metrics();
  }
}

export const jsonOf = (registry: Pick<Registry, "getMetricsAsJSON">): Promise<Figures> => registry.getMetricsAsJSON();

const sumOf = (all: Figures[]): Registry => AggregatorRegistry.aggregate(all);
