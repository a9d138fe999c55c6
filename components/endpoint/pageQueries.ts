/** Queries of an endpoint's page, for the browser that asks and for the server that asks ahead. */

export type EndpointKey = { applicationId: string; endpointId: string };

export const key = ["endpoints"] as const;

export const endpointPath = ({ applicationId, endpointId }: EndpointKey): string => `/app/${applicationId}/endpoint/${endpointId}`;

export const oneQuery = (endpoint: EndpointKey) => ({
  queryKey: [...key, endpoint.endpointId, "one"],
  path: endpointPath(endpoint),
  query: {},
});
