"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import type { SessionOut } from "../lib/contract/session.ts";
import { ApiError, isPortal } from "./api.ts";
import type * as Notices from "./notices.tsx";
import { sessionKey } from "./session/queries.ts";
import { isSigningOut } from "./session/signingOut.ts";
import { RenderedAt } from "./ui/time.tsx";
import { hasUnsaved } from "./ui/leaving.ts";
import { patiently } from "./ui/patiently.ts";
import { toast } from "./ui/toast.tsx";
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

/** The session has ended meanwhile: signing in leads back here. Where something is typed it stays, and signing in is elsewhere. */
function leaveWhenSignedOut(error: Error): void {
  if (!(error instanceof ApiError)) return;
  // The organization requires one from now on: its layout leads to where one is set up.
  if (error.code === "second_factor_required") return window.location.reload();
  if (error.status !== 401 || isSigningOut()) return;
  const { pathname, search } = window.location;
  const signIn = isPortal(pathname) ? "/portal" : `/login?next=${encodeURIComponent(pathname + search)}`;
  if (!hasUnsaved()) return window.location.assign(signIn);
  if (isToldOfEnd) return;
  isToldOfEnd = true;
  toast.bad(
    "Your session has ended. What you typed is still here.",
    <a href={signIn} target="_blank" className="font-medium underline underline-offset-2" onClick={() => (isToldOfEnd = false)}>
      Sign in in another tab
    </a>,
  );
}

/** Many queries learn of it at once. */
let isToldOfEnd = false;
