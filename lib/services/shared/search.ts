/** Conditions for what is typed into a search field. */
import { like } from "../../db/sql/parameters.ts";
import type { Where } from "../../db/sql/where.ts";
import { type IdKind, isId } from "../../ids.ts";

/** Prisma hands the text to LIKE as it is, so LIKE's own characters are escaped. */
const containing = (text: string) => ({ contains: like(text), mode: "insensitive" as const });

/** Adds the same condition to a query by hand; `id` and `texts` are its columns. */
export function searching(
  where: Where,
  kind: IdKind,
  text: string | null | undefined,
  { id, texts }: { id: string; texts: string[] },
): void {
  const search = text?.trim();
  if (!search) return;
  if (isId(kind, search)) where.filter(`${id} = ?`, search);
  else where.filter(`(${texts.map((column) => `${column} ilike ?`).join(" or ")})`, ...texts.map(() => `%${like(search)}%`));
}

/**
 * The condition that the text is somewhere in one of the fields; of an id, that row alone; nothing typed: every row. `W`:
 * Prisma's condition. `kind` null: there are no ids to look for.
 */
export function searchOf<W>(kind: IdKind | null, text: string | null | undefined, fields: readonly (keyof W & string)[]): W {
  const search = text?.trim();
  if (!search) return {} as W;
  if (kind !== null && isId(kind, search)) return { id: search } as W;
  return { OR: fields.map((field) => ({ [field]: containing(search) })) } as W;
}
