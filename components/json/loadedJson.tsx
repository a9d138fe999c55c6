"use client";

import { later } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";

/** JSON that folds and finds, loaded by pages that show some. */
export const LoadedJson = later(
  () => import("./jsonView.tsx").then((module) => module.JsonView),
  <div className="bg-sunken p-3">
    <Skeleton className="h-24 w-full" />
  </div>,
);
