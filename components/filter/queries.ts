"use client";

/** Filters, as the API has them: what one would have matched. */
import { useMutation } from "@tanstack/react-query";
import type { FilterDocument, FilterDryRunOut } from "../../lib/contract/filter.ts";
import { api } from "../api.ts";

export type DryRun = { filter: FilterDocument | null; eventTypes: string[]; channels: string[]; limit: number };

export const useDryRun = (applicationId: string) =>
  useMutation({ mutationFn: (body: DryRun) => api.post<FilterDryRunOut>(`/app/${applicationId}/filter/dry-run`, { body }) });
