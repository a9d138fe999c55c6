"use client";

/** Filters, as the API has them: what one would have matched. */
import { useMutation } from "@tanstack/react-query";
import type { FilterDocument, FilterDryRunOut } from "../../lib/contract/filter.ts";
import { api } from "../api.ts";

export type DryRun = { filter: FilterDocument | null; eventTypes?: string[]; channels?: string[]; limit: number };

/** `owner`: the path of the application or the source on whose last messages, or requests, it is tried. */
export const useDryRun = (owner: string) =>
  useMutation({ mutationFn: (body: DryRun) => api.post<FilterDryRunOut>(`${owner}/filter/dry-run`, { body }) });
