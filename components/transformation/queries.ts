"use client";

/** Transformations, as the API has them: what to ask, what to change, what that makes stale. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { SourceTransformationCompareOut } from "../../lib/contract/sourceRules.ts";
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

export type CodeOwner =
  | ({ kind: "endpoint" } & EndpointKey)
  | { kind: "source"; sourceId: string }
  | { kind: "poller"; applicationId: string; pollerId: string };

const key = ["transformations"] as const;

function idOf(owner: CodeOwner): string {
  switch (owner.kind) {
    case "endpoint":
      return owner.endpointId;
    case "source":
      return owner.sourceId;
    case "poller":
      return owner.pollerId;
  }
}

function pathOf(owner: CodeOwner): string {
  switch (owner.kind) {
    case "endpoint":
      return `${endpointPath(owner)}/transformation`;
    case "source":
      return `/source/${encodeURIComponent(owner.sourceId)}/transformation`;
    case "poller":
      return `/app/${owner.applicationId}/destination/${owner.pollerId}/transformation`;
  }
}

export const transformationQuery = (owner: CodeOwner) =>
  queryOptions({
    queryKey: [...key, idOf(owner), "one"],
    queryFn: ({ signal }) => api.get<EndpointTransformationOut>(pathOf(owner), { signal }),
  });

export const versionsQuery = (owner: CodeOwner) =>
  queryOptions({
    queryKey: [...key, idOf(owner), "versions"],
    queryFn: ({ signal }) => api.get<{ data: TransformationVersion[] }>(`${pathOf(owner)}/version`, { signal }),
  });

export function useSaveTransformation(owner: CodeOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<EndpointTransformationPatch>) => api.patch<null>(pathOf(owner), { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRollBack(owner: CodeOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => api.post<EndpointTransformationOut>(`${pathOf(owner)}/roll-back`, { body: { version } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export type Draft = { code: string; variables: Record<string, string> };
export type TrialInput = { eventType: string; payloadText: string } | { messageId: string } | { receivedRequestId: string };

export const useTry = (owner: CodeOwner) =>
  useMutation({
    mutationFn: ({ draft, input }: { draft: Draft; input: TrialInput }) => {
      const bodyText =
        "payloadText" in input
          ? withPayload({ ...draft, eventType: input.eventType }, input.payloadText)
          : JSON.stringify({ ...draft, ...input });
      return api.post<TransformationResult>(`${pathOf(owner)}/test`, { bodyText });
    },
  });

type Compared = (TransformationCompareOut | SourceTransformationCompareOut)["data"][number];

/** `id`: the message's, or the received request's. */
export type ComparedRow = Omit<TransformationCompareOut["data"][number], "messageId"> & { id: string };

export const useCompare = (owner: CodeOwner) =>
  useMutation({
    mutationFn: async (draft: Draft): Promise<ComparedRow[]> => {
      const { data } = await api.post<{ data: Compared[] }>(`${pathOf(owner)}/compare`, { body: draft });
      return data.map((row) => ({ ...row, id: "messageId" in row ? row.messageId : row.receivedRequestId }));
    },
  });
