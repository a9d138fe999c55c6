/** The report: from rates to ratios, and the table. */

export type Measured = {
  part: string;
  name: string;
  perSecond: number;
  /** The reference of the run: a rate of its own, or the bare loops at this index and the next. */
  reference: number | { bareLoop: number };
  notes: string[];
};

export type Row = { part: string; name: string; perSecond: number; ratio: number; notes: string[] };

/** The rows of the table, the bare loop first. The speed of a machine wanders, so a run is compared with the loops around it. */
export function rowsOf(measured: Measured[], bareRates: number[], bareCpu: string): Row[] {
  const notes = [`runs: ${bareRates.map((rate) => count(rate)).join(", ")}`, bareCpu];
  const compared = measured.map(({ reference, ...row }) => {
    const rate = typeof reference === "number" ? reference : mean(bareRates.slice(reference.bareLoop, reference.bareLoop + 2));
    return { ...row, ratio: row.perSecond / rate };
  });
  return [{ part: "a", name: "bare signed loop", perSecond: mean(bareRates), ratio: 1, notes }, ...compared];
}

export function format(rows: Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.flatMap(({ part, name, perSecond, ratio, notes }) => [
    `(${part}) ${name.padEnd(width)}  ${count(perSecond).padStart(10)}  ${ratio.toFixed(2).padStart(5)}`,
    ...notes.filter((note) => note !== "").map((note) => `      ${note}`),
  ]);
  return [`${" ".repeat(width + 4)}  per second  ratio`, ...lines].join("\n");
}

export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
