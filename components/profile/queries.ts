"use client";

/** One's own account. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { PasswordChangeIn, ProfileIn, ProfileOut } from "../../lib/contract/account.ts";
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
