"use client";

/** Transformations, as the API has them: what to ask, what to change, what that makes stale. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  EndpointTransformationOut,
  EndpointTransformationPatch,
  TransformationCompareOut,
  TransformationResult,
  TransformationVersion,
} from "../../lib/contract/transformation.ts";
import { api } from "../api.ts";
import { type EndpointKey, endpointPath } from "../endpoint/queries.ts";
import { withPayload } from "../form/json.ts";

const key = ["transformations"] as const;
const pathOf = (endpoint: EndpointKey): string => `${endpointPath(endpoint)}/transformation`;

export const transformationQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "one"],
    queryFn: ({ signal }) => api.get<EndpointTransformationOut>(pathOf(endpoint), { signal }),
  });

export const versionsQuery = (endpoint: EndpointKey) =>
  queryOptions({
    queryKey: [...key, endpoint.endpointId, "versions"],
    queryFn: ({ signal }) => api.get<{ data: TransformationVersion[] }>(`${pathOf(endpoint)}/version`, { signal }),
  });

export function useSaveTransformation(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<EndpointTransformationPatch>) => api.patch<null>(pathOf(endpoint), { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRollBack(endpoint: EndpointKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => api.post<EndpointTransformationOut>(`${pathOf(endpoint)}/roll-back`, { body: { version } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export type Draft = { code: string; variables: Record<string, string> };
export type TrialInput = { eventType: string; payloadText: string } | { messageId: string };

export const useTry = (endpoint: EndpointKey) =>
  useMutation({
    mutationFn: ({ draft, input }: { draft: Draft; input: TrialInput }) => {
      const bodyText =
        "messageId" in input
          ? JSON.stringify({ ...draft, messageId: input.messageId })
          : withPayload({ ...draft, eventType: input.eventType }, input.payloadText);
      return api.post<TransformationResult>(`${pathOf(endpoint)}/test`, { bodyText });
    },
  });

export const useCompare = (endpoint: EndpointKey) =>
  useMutation({ mutationFn: (draft: Draft) => api.post<TransformationCompareOut>(`${pathOf(endpoint)}/compare`, { body: draft }) });
