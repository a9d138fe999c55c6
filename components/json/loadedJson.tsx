"use client";

import { inBrowser } from "../ui/later.tsx";
import { patiently } from "../ui/patiently.ts";
import { Skeleton } from "../ui/states.tsx";

const part = inBrowser(
  () => patiently(() => import("./jsonView.tsx").then((module) => module.JsonView)),
  <div className="bg-sunken p-3">
    <Skeleton className="h-24 w-full" />
  </div>,
);

/** JSON that folds and finds, loaded by pages that show some. */
export const LoadedJson = part.Part;

/** Begins to load it while what it will show is still on its way. */
export const loadJson = part.begin;
