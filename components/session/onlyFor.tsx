"use client";

import type { ReactNode } from "react";
import type { Role } from "../../lib/words/role.ts";
import { later } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";
import { useMembership } from "./queries.ts";

const NotForYou = later(() => import("./notForYou.tsx").then((module) => module.NotForYou));

type OnlyForProps = { least: Role; /** "create endpoints" */ what: string; children: ReactNode };

/** A page for some alone: the others are told why it isn't theirs, and who can change that. */
export function OnlyFor({ least, what, children }: OnlyForProps) {
  const { role, may } = useMembership();
  if (role === null) return <Skeleton className="h-64 w-full" />;
  return may(least) ? children : <NotForYou role={role} least={least} what={what} />;
}
