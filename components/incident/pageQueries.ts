/** Queries of incidents, for the browser that asks and for the server that asks ahead. */

export const key = ["incidents"] as const;

export type IncidentFilter = { status: string; iterator: string | null };

export const pageQuery = (filter: IncidentFilter, limit = 50) => ({
  queryKey: [...key, filter, limit],
  path: "/incident",
  query: { ...filter, limit },
});

/** What stands open now. */
export const openIncidents: IncidentFilter = { status: "unresolved", iterator: null };
