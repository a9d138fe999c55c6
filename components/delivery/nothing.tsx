"use client";

import { buttonLook } from "../ui/button.tsx";
import { Link } from "../ui/link.tsx";
import { EmptyState, NoMatch } from "../ui/states.tsx";

type NothingProps = { filtered: boolean; isPortal: boolean; base: string; clear: () => void };

/** What the log says where it has no rows. */
export function Nothing({ filtered, isPortal, base, clear }: NothingProps) {
  if (filtered) return <NoMatch what="deliveries" onClear={clear} />;
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
