"use client";

import type { ReactNode } from "react";
import type { Role } from "../../lib/contract/roleOrder.ts";
import { useMembership } from "./queries.ts";

/** What only some may do; who may not doesn't see it. The API decides in the end. */
export function May({ least, children, otherwise = null }: { least: Role; children: ReactNode; otherwise?: ReactNode }) {
  return useMembership().may(least) ? children : otherwise;
}
