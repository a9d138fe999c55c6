"use client";

import type { ReactNode } from "react";
import type { Role } from "../../lib/words/role.ts";
import { EmptyState, Skeleton } from "../ui/states.tsx";
import { usePortal, useSender } from "./portalSession.tsx";
import { useMembership } from "./queries.ts";

type OnlyForProps = { least: Role; /** "create endpoints" */ what: string; children: ReactNode };

/** A page for some alone: the others are told why it isn't theirs, and who can change that. */
export function OnlyFor({ least, what, children }: OnlyForProps) {
  const { role, may } = useMembership();
  const isPortal = usePortal() !== null;
  const sender = useSender();
  if (role === null) return <Skeleton className="h-64 w-full" />;
  if (may(least)) return children;
  if (isPortal)
    return (
      <EmptyState title={`Your access can’t ${what}`}>It is for looking, and changes nothing. {sender} can give you another.</EmptyState>
    );
  return (
    <EmptyState title={`Your role can’t ${what}`}>
      That takes the role {least} or more, and you are a {role} here. An admin of the organization can change it, in Settings, Members.
    </EmptyState>
  );
}
