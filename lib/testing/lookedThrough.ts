/** What a statement's plan makes of the parts that it joins. */
import type pg from "pg";

type Plan = { "Node Type": string; "Parent Relationship"?: string; "CTE Name"?: string; Plans?: Plan[] };

/** The names of parts (CTEs) that are looked through from end to end for each row of something else: what they cost grows with the square. */
export async function lookedThrough(pool: pg.Pool, text: string): Promise<string[]> {
  const { rows } = await pool.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(`explain (generic_plan, format json) ${text}`);
  return rows.flatMap((row) => innerScans(row["QUERY PLAN"][0].Plan));
}

function innerScans({ "Node Type": type, Plans: parts = [] }: Plan): string[] {
  const inner = type === "Nested Loop" ? parts.find((part) => part["Parent Relationship"] === "Inner") : undefined;
  return [...scanned(inner), ...parts.flatMap(innerScans)];
}

function scanned(plan: Plan | undefined): string[] {
  if (plan === undefined) return [];
  const { "Node Type": type, "CTE Name": name, Plans: parts = [] } = plan;
  return name !== undefined ? [name] : type === "Materialize" ? scanned(parts[0]) : [];
}
