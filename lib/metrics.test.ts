/** Dashboard and alert rules in deploy/ name metrics that exist, and every metric is on the dashboard. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { metrics } from "./metrics.ts";
import { errorClasses } from "./words/errorClass.ts";

type Rules = { groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[] };
type Dashboard = { panels: { title: string; targets: { expr: string }[] }[] };

const rules = (parse(readFileSync("deploy/prometheus/alerts.yaml", "utf8")) as Rules).groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(readFileSync("deploy/grafana/webster.json", "utf8")) as Dashboard;
const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

async function known(): Promise<Map<string, readonly string[]>> {
  const all = await metrics().registry.getMetricsAsJSON();
  const made = Object.values(metrics()) as { name?: string; labelNames?: readonly string[] }[];
  const labels = new Map(made.flatMap(({ name, labelNames }) => (name === undefined ? [] : [[name, labelNames ?? []] as const])));
  return new Map(all.map(({ name }) => [name, labels.get(name) ?? []]));
}

const namesIn = (expr: string): string[] => [...expr.matchAll(/\bwebster_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));

test("what they ask for exists, with its labels", async () => {
  const all = await known();
  for (const expr of [...shown, ...rules.map(({ expr }) => expr)]) {
    expect(namesIn(expr).filter((name) => !all.has(name))).toEqual([]);
    const labels = namesIn(expr).flatMap((name) => [...(all.get(name) ?? [])]);
    const asked = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(", "));
    expect(asked.filter((label) => !["le", "instance", ...labels].includes(label))).toEqual([]);
    const results = [...expr.matchAll(/result!?="(\w+)"/g)].map(([, result = ""]) => result);
    expect(results.filter((result) => result !== "succeeded" && !(errorClasses as readonly string[]).includes(result))).toEqual([]);
  }
});

test("each metric is on the dashboard", async () => {
  const named = new Set(shown.flatMap(namesIn));
  expect([...(await known()).keys()].filter((name) => !named.has(name))).toEqual([]);
});

test("each alert says what it is and what to look at", () => {
  for (const { annotations } of rules) expect(annotations).toEqual({ summary: expect.any(String), description: expect.any(String) });
});
