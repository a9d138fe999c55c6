import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { expositionOf } from "../../lib/testing/exposition.ts";
import { FiguresOfAll, jsonOf } from "./figures.ts";
import type { Figures } from "./messages.ts";

/** What a process tells that has counted and measured so much. */
async function told({ counted, held, behind }: { counted: number; held: number; behind: number }): Promise<Figures> {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: "c_total", help: "What is counted", labelNames: ["result"], registers }).inc({ result: "done" }, counted);
  new Gauge({ name: "held", help: "What is held", registers }).set(held);
  new Gauge({ name: "behind", help: "How far behind", aggregator: "max", registers }).set(behind);
  const histogram = new Histogram({ name: "seconds", help: "How long it takes", buckets: [1, 10], registers });
  for (let i = 0; i < counted; i++) histogram.observe(5);
  return JSON.parse(JSON.stringify(await jsonOf(registry))) as Figures;
}

test("counts and what each holds are added; what all say of the database is said once", async () => {
  const all = new FiguresOfAll();
  all.set(1, await told({ counted: 3, held: 10, behind: 4 }));
  all.set(2, await told({ counted: 4, held: 20, behind: 0 }));
  const { samples, faults } = expositionOf(await all.text());
  expect(faults).toEqual([]);
  expect(Object.fromEntries(samples)).toEqual({
    'c_total{result="done"}': 7,
    held: 30,
    behind: 4,
    'seconds_bucket{le="1"}': 0,
    'seconds_bucket{le="10"}': 7,
    'seconds_bucket{le="+Inf"}': 7,
    seconds_sum: 35,
    seconds_count: 7,
  });
});

test("no counter goes down when processes end and others begin at zero; what they held is gone", async () => {
  const all = new FiguresOfAll();
  const read = async (): Promise<Map<string, number>> => expositionOf(await all.text()).samples;
  for (let generation = 1; generation <= 3; generation++) {
    all.set(1, await told({ counted: 3, held: 10, behind: 4 }));
    all.set(2, await told({ counted: 1, held: 1, behind: 0 }));
    expect((await read()).get('c_total{result="done"}')).toBe(generation * 4);
    all.end(1);
    all.end(2);
    const samples = await read();
    expect([samples.get('c_total{result="done"}'), samples.get("seconds_count"), samples.get("held") ?? 0]).toEqual([
      generation * 4,
      generation * 4,
      0,
    ]);
  }
});
