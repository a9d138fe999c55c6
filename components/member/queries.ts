"use client";

/** The people of the organization, and who is invited. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { LeftBehindOut } from "../../lib/contract/leftBehind.ts";
import type { InvitationCreatedOut, InvitationIn, InvitationOut, LinkOut, MemberOut } from "../../lib/contract/member.ts";
import type { Role } from "../../lib/words/role.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { create } from "../create.ts";

const members = ["members"] as const;
const invitations = ["invitations"] as const;
/** The key stands below the members': the list changes when they do. */
const leftBehind = ["members", "leftBehind"] as const;

const limit = 50;

export const membersQuery = (iterator: string | null, search: string) =>
  queryOptions({
    queryKey: [...members, "list", iterator, search],
    queryFn: ({ signal }) => api.get<Page<MemberOut>>("/member", { query: { iterator, search, limit }, signal }),
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = (iterator: string | null, search: string) =>
  queryOptions({
    queryKey: [...invitations, iterator, search],
    queryFn: ({ signal }) => api.get<Page<InvitationOut>>("/invitation", { query: { iterator, search, limit }, signal }),
    placeholderData: keepPreviousData,
  });

function useChange<T, R>(key: readonly string[], change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useChangeRole = () =>
  useChange(members, ({ userId, role }: { userId: string; role: Role }) => api.patch<MemberOut>(`/member/${userId}`, { body: { role } }));

/** `stopKeys`: what the member made stops at once, and not in a week. */
export const useRemoveMember = () =>
  useChange(members, ({ userId, stopKeys }: { userId: string; stopKeys: boolean }) =>
    api.delete(`/member/${userId}${stopKeys ? "?stop_keys=true" : ""}`),
  );

export const leftBehindQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...leftBehind, iterator],
    queryFn: ({ signal }) => api.get<Page<LeftBehindOut>>("/left-behind", { query: { iterator }, signal }),
    placeholderData: keepPreviousData,
  });

export const useTakeOver = () => useChange(leftBehind, (id: string) => api.post(`/left-behind/${id}/take-over`));

export const useResetSecondFactor = () => useChange(members, (userId: string) => api.delete(`/member/${userId}/second-factor`));

export const useResetLink = () => useMutation({ mutationFn: (userId: string) => api.post<LinkOut>(`/member/${userId}/reset-link`) });

export const useInvite = () => useChange(invitations, (body: InvitationIn) => create<InvitationCreatedOut>("/invitation", { body }));

export const useRevokeInvitation = () => useChange(invitations, (id: string) => api.delete(`/invitation/${id}`));
