/** Queries of a polling endpoint's page, for the browser that asks and for the server that asks ahead. */

export type PollerKey = { applicationId: string; pollerId: string };

export const key = ["pollers"] as const;

export const destinationsPath = (applicationId: string): string => `/app/${applicationId}/destination`;

export const oneQuery = ({ applicationId, pollerId }: PollerKey) => ({
  queryKey: [...key, applicationId, pollerId],
  path: `${destinationsPath(applicationId)}/${pollerId}`,
  query: {},
});
