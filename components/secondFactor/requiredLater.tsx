"use client";

import dynamic from "next/dynamic";
import { patiently } from "../ui/patiently.ts";

// Almost nobody sees it, and every page's layout has it: its forms are loaded by those who do.
export const SecondFactorRequired = dynamic(() => patiently(() => import("./required.tsx").then((module) => module.SecondFactorRequired)), {
  ssr: false,
});
