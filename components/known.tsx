"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

export type Answer = { queryKey: readonly unknown[]; data: unknown; atMs: number };

/**
 * Answers of the API that came with the page, for the queries below, from the first drawing on. As React Query's
 * HydrationBoundary, which is a kilobyte of script, but for what is known already: that is asked for again anyway.
 */
export function Known({ answers, children }: { answers: Answer[]; children: ReactNode }) {
  const client = useQueryClient();
  useState(() => {
    for (const { queryKey, data, atMs } of answers)
      if (client.getQueryData(queryKey) === undefined) client.setQueryData(queryKey, data, { updatedAt: atMs });
  });
  return children;
}
