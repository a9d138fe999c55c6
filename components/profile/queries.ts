"use client";

/** One's own account. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { PasswordChangeIn, ProfileIn, ProfileOut } from "../../lib/contract/account.ts";
import type { IdentitiesOut, SessionListedOut } from "../../lib/contract/identity.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { sessionKey } from "../session/queries.ts";

export function useUpdateProfile() {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (body: ProfileIn) => api.patch<ProfileOut>("/profile", { body }),
    onSuccess: async () => {
      // The menu names the person too.
      router.refresh();
      await client.invalidateQueries({ queryKey: sessionKey });
    },
  });
}

export const useChangePassword = () =>
  useMutation({ mutationFn: (body: PasswordChangeIn) => api.post<null>("/profile/password", { body }) });

export const useSignOutEverywhere = () => useMutation({ mutationFn: () => api.post<null>("/profile/sign-out-everywhere") });

const identities = ["identities"] as const;
const sessions = ["sessions"] as const;

export const identitiesQuery = queryOptions({
  queryKey: identities,
  queryFn: ({ signal }) => api.get<IdentitiesOut>("/profile/identity", { signal }),
});

export const sessionsQuery = (iterator: string | null) =>
  queryOptions({
    queryKey: [...sessions, iterator],
    queryFn: ({ signal }) => api.get<Page<SessionListedOut>>("/profile/session", { query: { iterator }, signal }),
    placeholderData: keepPreviousData,
  });

function useEnding(path: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`${path}/${id}`),
    onSuccess: () => Promise.all([identities, sessions].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useUnlinkIdentity = () => useEnding("/profile/identity");
export const useEndSession = () => useEnding("/profile/session");
