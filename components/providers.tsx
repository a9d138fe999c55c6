"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import type { SessionOut } from "../lib/contract/session.ts";
import { ApiError } from "./api.ts";
import type * as Notices from "./notices.tsx";
import { sessionKey } from "./session/queries.ts";
import { RenderedAt } from "./ui/time.tsx";
import { patiently } from "./ui/patiently.ts";
import { DrawnView } from "./ui/view.ts";

const freshMs = 10_000;
const attemptsAfterTrouble = 2;

/** What the server knew when it drew the page. */
export type Drawn = { renderedAtMs: number; /** The cookie with how lists are drawn. */ view: string };

type ProvidersProps = { children: ReactNode; session?: SessionOut; drawn?: Drawn };

/** What every page of the dashboard stands on: the cache of what the API said, and the toasts. */
export function Providers({ children, session, drawn }: ProvidersProps) {
  const [client] = useState(() => {
    const made = newQueryClient();
    // Known from the first drawing on, so that what a role may see does not appear later.
    if (session) made.setQueryData(sessionKey, session);
    return made;
  });
  const notices = useNotices();
  return (
    <QueryClientProvider client={client}>
      {notices && <notices.Banners />}
      <RenderedAt value={drawn?.renderedAtMs ?? null}>
        <DrawnView value={drawn?.view ?? ""}>{children}</DrawnView>
      </RenderedAt>
      {notices && <notices.ToastRegion />}
    </QueryClientProvider>
  );
}

/** Loaded once the page is there, because when it is needed it can't be. */
function useNotices(): typeof Notices | null {
  const [notices, setNotices] = useState<typeof Notices | null>(null);
  useEffect(() => {
    void patiently(() => import("./notices.tsx")).then(setNotices);
  }, []);
  return notices;
}

const newQueryClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        networkMode: "always",
        retry: (failures, error) => failures < attemptsAfterTrouble && isPassing(error),
      },
      mutations: { networkMode: "always", onError: leaveWhenSignedOut },
    },
  });

const isPassing = (error: Error): boolean => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

function leaveWhenSignedOut(refusal: Error): void {
  if (!(refusal instanceof ApiError) || (refusal.status !== 401 && refusal.code !== "second_factor_required")) return;
  void patiently(() => import("./session/ended.tsx")).then(({ leaveOnEnd }) => leaveOnEnd(refusal));
}
