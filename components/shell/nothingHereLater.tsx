"use client";

import { whereShown } from "../ui/later.tsx";

/** Each page names it, for the case that it isn't there: it is loaded only then. */
export const NothingHereLater = whereShown(() => import("./nothingHere.tsx").then((module) => module.NothingHere));
