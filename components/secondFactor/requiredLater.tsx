"use client";

import { later } from "../ui/later.tsx";

// Almost nobody sees it, and every page's layout has it: its forms are loaded by those who do.
export const SecondFactorRequired = later(() => import("./required.tsx").then((module) => module.SecondFactorRequired));
