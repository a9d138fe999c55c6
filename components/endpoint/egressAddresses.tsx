"use client";

import { useQuery } from "@tanstack/react-query";
import { egressAddressesQuery } from "./queries.ts";

/** Where webhooks come from, for whoever must let them in; nothing where the operator publishes none. */
export function EgressAddresses() {
  const { data } = useQuery(egressAddressesQuery);
  if (data === undefined || data.addresses.length === 0) return null;
  return (
    <p className="mt-4 text-sm text-ink-muted">
      Webhooks come from <span className="font-mono text-xs">{data.addresses.join(", ")}</span>: let these addresses through your firewall.
    </p>
  );
}
