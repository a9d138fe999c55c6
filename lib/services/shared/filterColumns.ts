/** A filter as an endpoint, a polling endpoint or a source keeps it: checked when it is saved, read when it is asked. */
import type { FilterDocument } from "../../contract/filter.ts";
import { type Endpoint, Prisma } from "../../db/generated/client.ts";
import { AppError } from "../../errors.ts";
import { type Filter, parseFilter } from "../../webhooks/filter.ts";

/** Throws a validation error that names each place below `body.filter`. */
export function requireFilter(document: FilterDocument): Filter {
  const parsed = parseFilter(document);
  if (parsed.ok) return parsed.filter;
  const issues = parsed.faults
    .slice(0, 20)
    .map(({ path, reason }) => ({ loc: ["body", "filter", ...path], msg: reason, type: "value_error" }));
  throw new AppError("validation_error", "The filter is not valid", { issues });
}

/** A filter as it is stored. Throws like `requireFilter`. */
export function filterColumn(document: FilterDocument | null | undefined): Prisma.InputJsonObject | typeof Prisma.DbNull {
  if (document === null || document === undefined) return Prisma.DbNull;
  requireFilter(document);
  return document as Prisma.InputJsonObject;
}

/**
 * The filter of an endpoint's or a polling endpoint's row. It was checked when it was saved; should it be refused now, nothing
 * is held back.
 */
export function storedFilter({ filter }: Pick<Endpoint, "filter">): Filter | null {
  const parsed = filter === null ? null : parseFilter(filter);
  return parsed?.ok === true ? parsed.filter : null;
}

/** The same as it was given. To the database it is any JSON; `filterColumn` is the only way in. */
export const filterOf = ({ filter }: Pick<Endpoint, "filter">): FilterDocument | null => filter as FilterDocument | null;
