"use client";

import dynamic from "next/dynamic";
import { patiently } from "../ui/patiently.ts";

/** Each page names it, for the case that it isn't there: it is loaded only then. */
export const NothingHereLater = dynamic(() => patiently(() => import("./nothingHere.tsx").then((module) => module.NothingHere)));
