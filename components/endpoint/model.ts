"use client";

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { connectorQuery } from "../connector/queries.ts";
import { type EndpointDraft, copyOf, emptyDraft } from "./endpointDraft.ts";
import { endpointHeadersQuery, endpointQuery } from "./queries.ts";

/** `lead` null: the usual one. `code` null: no transformation. */
type Model = { key: string; title: string; lead: string | null; draft: EndpointDraft; code: string | null };
type Named = { endpointId: string | null; applicationId: string | null; connectorId: string | null };

const blank: Model = { key: "", title: "Create endpoint", lead: null, draft: emptyDraft(), code: null };

/** What a new endpoint begins with: nothing, another endpoint's settings, or a connector. Undefined: not yet known. */
export function useModel({ endpointId, applicationId, connectorId }: Named) {
  const isCopy = endpointId !== null && applicationId !== null;
  const key = { applicationId: applicationId ?? "", endpointId: endpointId ?? "" };
  const [endpoint, headers, connector] = useQueries({
    queries: [
      { ...endpointQuery(key), enabled: isCopy },
      { ...endpointHeadersQuery(key), enabled: isCopy },
      { ...connectorQuery(connectorId ?? ""), enabled: connectorId !== null },
    ],
  });
  const model = useMemo((): Model | undefined => {
    if (isCopy)
      return (
        endpoint.data &&
        headers.data && {
          key: endpoint.data.id,
          title: "Clone endpoint",
          lead: "With the same settings, and a signing secret of its own. Hidden headers, authentication and transformation are not copied.",
          draft: copyOf(endpoint.data, headers.data),
          code: null,
        }
      );
    if (connectorId === null) return blank;
    return (
      connector.data && {
        key: connector.data.id,
        title: `Create endpoint for ${connector.data.name}`,
        lead: connector.data.instructions || "The connector’s code makes the payloads fit.",
        draft: { ...emptyDraft(), description: connector.data.name, eventTypes: connector.data.allowedEventTypes ?? [] },
        code: connector.data.transformation,
      }
    );
  }, [isCopy, connectorId, endpoint.data, headers.data, connector.data]);
  const retry = () => void Promise.all([endpoint, headers, connector].filter(({ isError }) => isError).map(({ refetch }) => refetch()));
  return { model, error: model === undefined ? (endpoint.error ?? headers.error ?? connector.error) : null, retry };
}
