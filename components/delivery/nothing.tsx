"use client";

import { buttonLook } from "../ui/button.tsx";
import { Link } from "../ui/link.tsx";
import { EmptyState, NoMatch } from "../ui/states.tsx";
import { type Filters, isFiltered } from "./filters.ts";
import { elsewhere } from "./elsewhere.ts";

type NothingProps = { filters: Filters; isPortal: boolean; base: string; clear: () => void };

/** What the log says where it has no rows. */
export function Nothing({ filters, isPortal, base, clear }: NothingProps) {
  if (isFiltered(filters)) return <NoMatch what="deliveries" hint={elsewhere(filters, isPortal)} onClear={clear} />;
  return (
    <EmptyState
      title="Nothing was delivered yet"
      action={
        <Link href={base + (isPortal ? "/endpoints" : "/playground")} className={buttonLook("primary", "small")}>
          {isPortal ? "See the endpoints" : "Open the playground"}
        </Link>
      }
    >
      A delivery is one message on its way to one endpoint.{" "}
      {isPortal ? "Send a test to an endpoint" : "Send a message to an application that has an endpoint"}, and it appears here at once.
    </EmptyState>
  );
}
