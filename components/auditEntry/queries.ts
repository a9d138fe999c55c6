"use client";

/** The audit log. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { AuditEntryOut } from "../../lib/contract/auditEntry.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";

export type AuditFilter = {
  search: string | null;
  targetKind: string | null;
  actorKind: string | null;
  actorId: string | null;
  iterator: string | null;
};

const limit = 50;

export const auditEntriesQuery = (filter: AuditFilter) =>
  queryOptions({
    queryKey: ["auditEntries", filter],
    queryFn: ({ signal }) => api.get<Page<AuditEntryOut>>("/audit-entry", { query: { ...filter, limit }, signal }),
    placeholderData: keepPreviousData,
  });
