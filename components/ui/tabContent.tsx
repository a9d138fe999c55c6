"use client";

import type { ComponentType } from "react";
import { later } from "./later.tsx";
import { Skeleton } from "./states.tsx";

/** What a tab shows, loaded when it is the current one: the page itself waits for none of them. */
export const tabContent = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  later(load, <Skeleton className="h-96 w-full" />);
