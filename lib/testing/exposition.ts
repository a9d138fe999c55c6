/** Prometheus' text format, version 0.0.4, as `promtool check metrics` reads it. */

type Family = { type: string; help: string };

export type Exposition = {
  families: Map<string, Family>;
  /** The samples by name with labels as they stand: `a_total{result="done"}`. */
  samples: Map<string, number>;
  /** Faults that Prometheus would refuse, or promtool complain of. */
  faults: string[];
};

const commentPattern = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/;
const samplePattern = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/;

export function expositionOf(text: string): Exposition {
  const families = new Map<string, Family>();
  const samples = new Map<string, number>();
  const faults: string[] = [];
  let current = "";
  if (!text.endsWith("\n")) faults.push("The last line does not end");
  for (const line of text.split("\n").filter(Boolean)) {
    const [, kind, name = "", words = ""] = commentPattern.exec(line) ?? [];
    if (kind === "HELP") {
      if (families.has(name)) faults.push(`${name} comes twice`);
      families.set(name, { type: "untyped", help: words });
      current = name;
    } else if (kind === "TYPE") {
      const family = families.get(name);
      if (family === undefined || name !== current) faults.push(`${name} has a type before its help`);
      else family.type = words;
    } else {
      const [, sample = "", labels = "", value = ""] = samplePattern.exec(line) ?? [];
      if (sample === "") faults.push(`not understood: ${line}`);
      else if (sample.replace(/_(bucket|sum|count)$/, "") !== current && sample !== current)
        faults.push(`${sample} stands under ${current}`);
      if (samples.has(sample + labels)) faults.push(`${sample}${labels} comes twice`);
      samples.set(sample + labels, Number(value.replace("Inf", "Infinity")));
    }
  }
  for (const [name, family] of families) faults.push(...faultsOfFamily(name, family, samples));
  return { families, samples, faults };
}

function faultsOfFamily(name: string, { type, help }: Family, samples: Map<string, number>): string[] {
  const faults: string[] = [];
  if (!["counter", "gauge", "histogram"].includes(type)) faults.push(`${name} is of the type ${type}`);
  if (help.length < 10) faults.push(`${name} has no help`);
  if ((type === "counter") !== name.endsWith("_total")) faults.push(`${name} is a ${type}`);
  if (type === "histogram") faults.push(...faultsOfHistogram(name, samples));
  const own = [...samples].filter(([sample]) => sample === name || sample.startsWith(`${name}{`));
  for (const [sample, value] of own) if (type === "counter" && !(value >= 0)) faults.push(`${sample} is ${value}`);
  return faults;
}

/** Buckets grow from one to the next, and the last of them, +Inf, is the count. */
function faultsOfHistogram(name: string, samples: Map<string, number>): string[] {
  const series = new Map<string, [number, number][]>();
  for (const [sample, value] of samples) {
    const [, labels] = new RegExp(`^${name}_bucket\\{(.*)\\}$`).exec(sample) ?? [];
    if (labels === undefined) continue;
    const [, bound = ""] = /le="([^"]+)"/.exec(labels) ?? [];
    const others = labels.replace(/,?le="[^"]+",?/, "");
    series.set(others, [...(series.get(others) ?? []), [Number(bound.replace("Inf", "Infinity")), value]]);
  }
  return [...series].flatMap(([labels, buckets]) => {
    const grows = buckets.every(
      ([bound, value], i) => i === 0 || (bound > (buckets[i - 1]?.[0] ?? 0) && value >= (buckets[i - 1]?.[1] ?? 0)),
    );
    const [bound, last] = buckets.at(-1) ?? [0, 0];
    const count = samples.get(`${name}_count${labels === "" ? "" : `{${labels}}`}`);
    return grows && bound === Infinity && last === count ? [] : [`${name}{${labels}} is no histogram`];
  });
}
