"use client";

import { useQuery } from "@tanstack/react-query";
import { type EndpointKey, endpointPath } from "../endpoint/queries.ts";
import { percent } from "../statistics/percent.ts";
import { latencyBetweenQuery } from "../statistics/queries.ts";
import { grouped } from "../ui/number.ts";
import { dayMs } from "../../lib/words/duration.ts";

/** Whether receivers took the new secret: a rate that fell says that one verifies with neither. Nothing until something was sent. */
export function SinceRotation({ endpoint, at }: { endpoint: EndpointKey; at: string }) {
  const path = endpointPath(endpoint);
  const { data: after } = useQuery(latencyBetweenQuery(path, at, null));
  const { data: before } = useQuery(latencyBetweenQuery(path, new Date(Date.parse(at) - dayMs).toISOString(), at));
  if (after === undefined || before === undefined || after.deliveredRate === null) return null;
  return (
    <p className="mb-2 text-sm">
      Since the rotation {percent(after.deliveredRate)} of {grouped(after.deliveries)} {after.deliveries === 1 ? "delivery" : "deliveries"}{" "}
      succeeded
      {before.deliveredRate === null ? "" : `; of ${grouped(before.deliveries)} on the day before it, ${percent(before.deliveredRate)}`}.
    </p>
  );
}
