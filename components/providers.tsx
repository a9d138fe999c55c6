"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ApiError } from "./api.ts";
import { ToastRegion } from "./ui/toast.tsx";
import "./ui/nonce.ts";
import "./zodInBrowser.ts";

const freshMs = 10_000;
const attemptsAfterTrouble = 2;

/** What every page of the dashboard stands on: the cache of what the API said, and the toasts. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      {children}
      <ToastRegion />
    </QueryClientProvider>
  );
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

/** The session has ended meanwhile: signing in leads back here. */
function leaveWhenSignedOut(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  const { pathname, search } = window.location;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}
