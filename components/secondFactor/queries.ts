"use client";

/** One's own second factors. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  AppStartedOut,
  PasskeyAddedOut,
  PasskeyListedOut,
  ProofIn,
  RecoveryCodesOut,
  SecondFactorOut,
} from "../../lib/contract/secondFactor.ts";
import { api } from "../api.ts";
import { newPasskey } from "./browserPasskeys.ts";

const key = ["secondFactor"] as const;
const path = "/profile/second-factor";

export const secondFactorQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => api.get<SecondFactorOut>(path, { signal }),
});

function useChange<T, R>(change: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([key, ["sessions"], ["session"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** The secret is shown once: it is kept by the dialog alone. */
export const startApp = (): Promise<AppStartedOut> => api.post<AppStartedOut>(`${path}/app`);

export const useConfirmApp = () => useChange((code: string) => api.post<RecoveryCodesOut>(`${path}/app/confirm`, { body: { code } }));
export const useRemoveApp = () => useChange(() => api.delete(`${path}/app`));
export const useRenewCodes = () => useChange(() => api.post<RecoveryCodesOut>(`${path}/recovery-codes`));

/** Null: the person, or the browser, has made none. */
export const useAddPasskey = () =>
  useChange(async (name: string) => {
    const { options } = await api.post<{ options: object }>(`${path}/passkey/options`);
    const passkey = await newPasskey(options);
    return passkey === null ? null : api.post<PasskeyAddedOut>(`${path}/passkey`, { body: { name, passkey } });
  });

export const useRenamePasskey = () =>
  useChange(({ id, name }: { id: string; name: string }) => api.patch<PasskeyListedOut>(`${path}/passkey/${id}`, { body: { name } }));
export const useRemovePasskey = () => useChange((id: string) => api.delete(`${path}/passkey/${id}`));

export const useProve = () => useChange((body: ProofIn) => api.post<null>("/profile/proof", { body }));

export const proofOptions = (): Promise<{ options: object }> => api.post<{ options: object }>("/profile/proof/options");
