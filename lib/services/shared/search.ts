/** Conditions for what is typed into a search field. */
import { type IdKind, isId } from "../../ids.ts";

/** Prisma hands the text to LIKE as it is, so LIKE's own characters are escaped. */
const containing = (text: string) => ({ contains: text.replace(/[\\%_]/g, String.raw`\$&`), mode: "insensitive" as const });

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
