"use client";

import type { ReactNode } from "react";
import type { Role } from "../../lib/contract/roleOrder.ts";
import { usePortal } from "./portalSession.tsx";
import { useMembership } from "./queries.ts";

/** What only some may do; who may not doesn't see it. The API decides in the end. */
export function May({ least, children, otherwise = null }: { least: Role; children: ReactNode; otherwise?: ReactNode }) {
  return useMembership().may(least) ? children : otherwise;
}

/** Signing secrets are an admin's; in the portal they are whose its token lets them. */
export function MayManageSecrets({ children, otherwise = null }: { children: ReactNode; otherwise?: ReactNode }) {
  const portal = usePortal();
  const { may } = useMembership();
  return (portal === null ? may("admin") : portal.mayManageSecrets) ? children : otherwise;
}
