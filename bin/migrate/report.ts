/** The outcome of everything, counted and told. */

export const kinds = [
  "event type",
  "application",
  "endpoint",
  "polling endpoint",
  "integration",
  "message",
  "operational webhook endpoint",
  "connector",
  "source",
  "source's endpoint",
] as const;
export type Kind = (typeof kinds)[number];

/**
 * `made`: written, or to be written by --apply. `there`: already as at the source. `differs`: there, but otherwise, and left alone.
 * `wanting`: made, but something is needed from you. `skipped`: nothing that can be taken. `failed`: refused.
 */
export const outcomes = ["made", "there", "differs", "wanting", "skipped", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

export type Entry = { kind: Kind; id: string; outcome: Outcome; detail: string };

export class Report {
  readonly entries: Entry[] = [];
  /** Things that the source has, or may have, and Webster can't be given. */
  readonly without: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #secrets = new Set<string>();

  /** Hides secrets from whatever is told from now on. */
  hide(...secrets: (string | null | undefined)[]): void {
    for (const secret of secrets) if (secret && secret.length >= 6) this.#secrets.add(secret);
  }

  add(kind: Kind, id: string, outcome: Outcome, detail = ""): void {
    this.count(kind, outcome, 1);
    // Things that went as they should are many, and nobody looks for them one by one.
    if (detail !== "" || (outcome !== "made" && outcome !== "there")) this.entries.push({ kind, id, outcome, detail: this.clean(detail) });
  }

  count(kind: Kind, outcome: Outcome, by: number): void {
    const name = `${kind}/${outcome}`;
    this.#counts.set(name, this.counted(kind, outcome) + by);
  }

  counted(kind: Kind, outcome: Outcome): number {
    return this.#counts.get(`${kind}/${outcome}`) ?? 0;
  }

  noCounterpart(text: string): void {
    if (!this.without.includes(text)) this.without.push(this.clean(text));
  }

  total(outcome: Outcome): number {
    return kinds.reduce((sum, kind) => sum + this.counted(kind, outcome), 0);
  }

  clean(text: string): string {
    let cleaned = text.replaceAll(/\bwhs(ec|k)_[\w+/=-]+/g, "(secret)");
    for (const secret of this.#secrets) cleaned = cleaned.replaceAll(secret, "(secret)");
    return cleaned;
  }
}

const headings: Record<Outcome, string> = {
  made: "Taken, with a remark",
  there: "Already there, with a remark",
  differs: "There already, but different: left alone",
  wanting: "Needs something from you",
  skipped: "Not taken",
  failed: "Failed",
};

/** The report as a table for the terminal. */
export function tableOf(report: Report, apply: boolean): string {
  const columns = ["", apply ? "made" : "to make", ...outcomes.slice(1)];
  const rows = kinds
    .map((kind) => [kind, ...outcomes.map((outcome) => String(report.counted(kind, outcome)))])
    .filter((row) => row.slice(1).some((count) => count !== "0"));
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return rows.length === 0 ? "The source has nothing to move." : [columns, ...rows].map((row) => line(row).trimEnd()).join("\n");
}

/** The whole report, as Markdown. */
export function reportText(report: Report, { apply, from, to }: { apply: boolean; from: string; to: string }): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const sections = outcomes.toReversed().flatMap((outcome) => {
    const found = report.entries.filter((entry) => entry.outcome === outcome);
    if (found.length === 0) return [];
    const lines = found.map(({ kind, id, detail }) => `| ${kind} | ${cell(id)} | ${cell(detail)} |`);
    return [`## ${headings[outcome]}\n\n| what | id | why |\n| --- | --- | --- |\n${lines.join("\n")}`];
  });
  const without = report.without.map((text) => `- ${text}`).join("\n");
  return (
    [
      `# From ${from} to ${to}\n\n${apply ? "Written." : "A dry run: nothing was written."}\n\n\`\`\`\n${tableOf(report, apply)}\n\`\`\``,
      ...sections,
      ...(without === "" ? [] : [`## Without a counterpart\n\n${without}`]),
    ].join("\n\n") + "\n"
  );
}
