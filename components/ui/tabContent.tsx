"use client";

import dynamic from "next/dynamic";
import type { ComponentType } from "react";
import { patiently } from "./patiently.ts";
import { Skeleton } from "./states.tsx";

/** What a tab shows, loaded when it is the current one: the page itself waits for none of them. */
export const tabContent = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  dynamic<P>(() => patiently(load), { ssr: false, loading: () => <Skeleton className="h-96 w-full" /> });
