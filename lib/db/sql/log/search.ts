/**
 * Applications and endpoints by name, in an environment of very many: the whole id or uid and the beginning of the name (btrees), then
 * beginnings of words (GIN, made by the migration `search`), and, where that found nothing, any part of it among the newest.
 */
import type { EnvironmentId } from "../../../ids.ts";
import { logPool } from "../../client.ts";
import { like } from "../parameters.ts";

export type Found = {
  id: string;
  uid: string | null;
  name: string;
  detail: string;
  applicationId: string | null;
  applicationName: string | null;
  deleted: boolean;
};

/** Of so many that have the words the best are shown: a word that all have would otherwise be read for all. */
const candidateRows = 200;
/** So many of the newest are looked through for a part of a word. */
const lookedThroughRows = 20_000;

type Table = {
  columns: string;
  from: string;
  /** Rows that lists show. */
  live: string;
  /** Rows that a whole id finds. */
  named: string;
  words: string;
  text: string;
  /** Whether the beginning of a name is looked for first. */
  byName: boolean;
};

const applications: Table = {
  columns: `t."id", t."uid", t."name", '' as "detail", null as "applicationId", null as "applicationName", false as "deleted"`,
  from: "application t",
  live: `t."deletedAt" is null and t."sourceId" is null`,
  named: `t."deletedAt" is null`,
  words: `"search_vector"(t."environmentId", t."name" || ' ' || coalesce(t."uid", ''))`,
  text: `(t."name" || ' ' || coalesce(t."uid", ''))`,
  byName: true,
};

const endpoints: Table = {
  columns: `t."id", t."uid", t."url" as "name", t."description" as "detail", t."applicationId", a."name" as "applicationName",
    t."deletedAt" is not null as "deleted"`,
  from: `endpoint t join application a on a."id" = t."applicationId"`,
  live: `t."deletedAt" is null`,
  named: "true",
  words: `"search_vector"(t."environmentId", t."url" || ' ' || t."description" || ' ' || coalesce(t."uid", ''))`,
  text: `(t."url" || ' ' || t."description" || ' ' || coalesce(t."uid", ''))`,
  byName: false,
};

/** `applicationId`: only this one. */
export const findApplications = (environmentId: EnvironmentId, applicationId: string | null, text: string, limit: number) =>
  findIn(applications, environmentId, applicationId === null ? [] : [`t."id" = $2`, applicationId], text, limit);

/** `applicationId`: only its endpoints. A whole id finds a deleted endpoint too. */
export const findEndpoints = (environmentId: EnvironmentId, applicationId: string | null, text: string, limit: number) =>
  findIn(endpoints, environmentId, applicationId === null ? [] : [`t."applicationId" = $2`, applicationId], text, limit);

type Narrowing = [] | [condition: string, id: string];

async function findIn(
  table: Table,
  environmentId: EnvironmentId,
  [condition, owner]: Narrowing,
  text: string,
  limit: number,
): Promise<Found[]> {
  const { columns, from, live, named } = table;
  // $2 stands for what narrows, if anything does.
  const within = `t."environmentId" = $1 and ${condition ?? "$2::text is null"}`;
  const ask = async (where: string, order: string, most: number, ...more: unknown[]): Promise<Found[]> => {
    const query = `select ${columns} from ${from} where ${within} and ${where} ${order} limit ${most}`;
    return (await logPool().query<Found>({ text: query, values: [environmentId, owner ?? null, ...more] })).rows;
  };
  if (text === "") return ask(live, `order by t."id" desc`, limit);

  const found = new Map<string, Found>();
  const add = (rows: Found[]) => rows.forEach((row) => found.size < limit && !found.has(row.id) && found.set(row.id, row));
  add(await ask(`((t."id" = $3 and ${named}) or (t."uid" = $3 and ${live}))`, "", limit, text));
  const beginning = `${like(text.toLowerCase())}%`;
  if (table.byName) add(await ask(`${live} and lower(t."name") like $3`, `order by lower(t."name") using ~<~, t."id"`, limit, beginning));
  const words = found.size < limit ? await wordsOf(environmentId, text) : null;
  if (words !== null) add(best(await ask(`${live} and ${table.words} @@ $3::tsquery`, "", candidateRows, words), text));
  if (found.size === 0) add(await partsOf(table, within, [environmentId, owner ?? null], text, limit));
  return [...found.values()];
}

/** The text's words as a query of the index; null: it has none. What a word is, is the database's to say, as in the index. */
async function wordsOf(environmentId: EnvironmentId, text: string): Promise<string | null> {
  const { rows } = await logPool().query<{ words: string[] }>({ text: `select "search_words"($1) as "words"`, values: [text] });
  const words = rows[0]?.words ?? [];
  return words.length === 0 ? null : [`'${environmentId}'`, ...words.map((word) => `'${word}':*`)].join(" & ");
}

async function partsOf(table: Table, within: string, values: unknown[], text: string, limit: number): Promise<Found[]> {
  const { columns, from, live } = table;
  const query = `
    with "newest" as (select t."id" from ${from.split(" join ")[0]} where ${within} and ${live} order by t."id" desc limit ${lookedThroughRows})
    select ${columns} from "newest" n join ${from} on true
    where t."id" = n."id" and ${table.text} ilike $3 order by t."id" desc limit ${limit}`;
  return (await logPool().query<Found>({ text: query, values: [...values, `%${like(text)}%`] })).rows;
}

/** Names that have the text as it stands come first, shorter ones before longer ones. */
function best(rows: Found[], text: string): Found[] {
  const wanted = text.toLowerCase();
  const rank = ({ name, uid }: Found) => (name.toLowerCase().includes(wanted) ? 0 : uid?.toLowerCase().startsWith(wanted) ? 1 : 2);
  return rows.toSorted((one, other) => rank(one) - rank(other) || one.name.length - other.name.length || (one.name < other.name ? -1 : 1));
}
