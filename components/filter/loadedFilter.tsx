"use client";

import { laterWhenIdle } from "../ui/later.tsx";

/* Filters by content, which few forms are opened for: loaded once the page stands. */

export const FilterField = laterWhenIdle(() => import("./filterField.tsx").then((module) => module.FilterField));
export const DryRun = laterWhenIdle(() => import("./dryRun.tsx").then((module) => module.DryRun));
