"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { usePortal } from "./session/portalSession.tsx";

export type Answer = { queryKey: readonly unknown[]; data: unknown; atMs: number };

/**
 * Answers of the API that came with the page, for the queries below, from the first drawing on. As React Query's
 * HydrationBoundary, which is a kilobyte of script, but for what is known already: that is asked for again anyway. `application`: whose
 * they are in the portal. Where another one's portal has been opened in the browser since, they are not what this page is about.
 */
export function Known({ answers, application, children }: { answers: Answer[]; application?: string | undefined; children: ReactNode }) {
  const client = useQueryClient();
  const isOurs = application === usePortal()?.application.id;
  useState(() => {
    if (isOurs)
      for (const { queryKey, data, atMs } of answers)
        if (client.getQueryData(queryKey) === undefined) client.setQueryData(queryKey, data, { updatedAt: atMs });
  });
  return children;
}
