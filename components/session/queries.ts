"use client";

/** Who is signed in, and what they may do where they are. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useParams } from "next/navigation";
import { isAtLeast, type Role } from "../../lib/words/role.ts";
import type { SessionOut } from "../../lib/contract/session.ts";
import { api } from "../api.ts";
import { usePortal } from "./portalSession.tsx";

const freshMs = 60_000;

export const sessionKey = ["session"] as const;

export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => api.get<SessionOut>("/session", { signal }),
  staleTime: freshMs,
});

/** The organization of the address as the session has it; `may` is false until it is known. In the portal there is none. */
export function useMembership() {
  const { organization: id, environment } = useParams<{ organization: string; environment: string }>();
  const portal = usePortal();
  const { data } = useQuery({ ...sessionQuery, enabled: portal === null });
  const organization = data?.organizations.find((one) => one.id === id) ?? null;
  const role = portal === null ? (organization?.role ?? null) : portal.mayChange ? "member" : "viewer";
  const isOperational = organization?.environments.some((one) => one.id === environment && one.operationalOfId !== null) ?? false;
  const may = (least: Role): boolean => role !== null && isAtLeast(role, least);
  /** Sending again is a capability of its own in the portal. */
  const mayResend = portal === null ? may("member") : portal.mayResend;
  return { user: data?.user ?? null, organization, role, may, mayResend, isOperational };
}
