/** What endpoints and sources both have, as it is stored: a filter, and code. */
import { log } from "../../../log.ts";
import type { Sealer } from "../../../seal.ts";
import { type Filter, parseFilter } from "../../../webhooks/filter.ts";
import type { TransformationSnapshot } from "../../applications.ts";

type Owner = "endpoint" | "source";

export type TransformationJson = { code: string; sealedVariables: string | null } | null;

/** SQL: the current code, if it is enabled, as JSON; null: none. `of`: the owner's from-item. */
export const transformationJson = (owner: Owner, of: string): string => `(
      select json_build_object('code', t."code", 'sealedVariables', encode(t."sealedVariables", 'base64'))
      from "${owner}_transformation" t
      where t."${owner}Id" = ${of}."id" and t."version" = ${of}."transformationVersion" and ${of}."transformationEnabled")`;

/** Reads a stored filter, which was checked when it was saved. Should this version refuse it, null: it holds nothing back. */
export function openFilter(owner: Owner, id: string, document: unknown): Filter | null {
  if (document === null || document === undefined) return null;
  const parsed = parseFilter(document);
  if (parsed.ok) return parsed.filter;
  log.error({ [`${owner}Id`]: id, faults: parsed.faults.length }, `${owner}.filter_unreadable`);
  return null;
}

export function openTransformation(owner: Owner, id: string, row: TransformationJson, open: Sealer): TransformationSnapshot | null {
  if (row === null) return null;
  return { code: row.code, variables: row.sealedVariables === null ? {} : openTexts(owner, id, "variables", row.sealedVariables, open) };
}

/** Reads sealed headers or variables. What can't be read is logged: one such value must not take its neighbours down. */
export function openTexts(owner: Owner, id: string, what: "headers" | "variables", sealed: string, open: Sealer): Record<string, string> {
  try {
    return JSON.parse(open.open(id, Buffer.from(sealed, "base64")).toString()) as Record<string, string>;
  } catch (error) {
    log.error({ [`${owner}Id`]: id, error: (error as Error).message }, `${owner}.${what}_unreadable`);
    return {};
  }
}
