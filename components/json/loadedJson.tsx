"use client";

import dynamic from "next/dynamic";
import { patiently } from "../ui/patiently.ts";
import { Skeleton } from "../ui/states.tsx";

/** JSON that folds and finds, loaded by pages that show some. */
export const LoadedJson = dynamic(() => patiently(() => import("./jsonView.tsx").then((module) => module.JsonView)), {
  ssr: false,
  loading: () => (
    <div className="bg-sunken p-3">
      <Skeleton className="h-24 w-full" />
    </div>
  ),
});
