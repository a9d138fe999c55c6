"use client";

import type { ReactNode } from "react";
import type { Role } from "../../lib/words/role.ts";
import { usePortal } from "./portalSession.tsx";
import { useMembership } from "./queries.ts";

type MayProps = {
  least: Role;
  /** The action is not for environments that hold operational webhooks. */
  ordinary?: boolean;
  children: ReactNode;
  otherwise?: ReactNode;
};

/** What only some may do; who may not doesn't see it. The API decides in the end. */
export function May({ least, ordinary = false, children, otherwise = null }: MayProps) {
  const { may, isOperational } = useMembership();
  return may(least) && !(ordinary && isOperational) ? children : otherwise;
}

/** What sends again: resends, recoveries, replays. */
export const MayResend = ({ children }: { children: ReactNode }) => (useMembership().mayResend ? children : null);

/** Signing secrets are an admin's; in the portal they are whose its token lets them. */
export function MayManageSecrets({ children, otherwise = null }: { children: ReactNode; otherwise?: ReactNode }) {
  const portal = usePortal();
  const { may } = useMembership();
  return (portal === null ? may("admin") : portal.mayManageSecrets) ? children : otherwise;
}
