"use client";

import { usePathname } from "next/navigation";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { NotThere, PageError } from "../ui/notThere.tsx";

/** An address that leads to no page, or to one about a delivery that isn't there, inside the frame. */
export function NothingHere() {
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  if (/\/deliveries\/[^/]+\/[^/]+$/.test(usePathname()))
    return (
      <PageError
        noun="delivery"
        error={{ status: 404, message: "" }}
        onRetry={() => undefined}
        back={{ href: path("/deliveries"), label: "All deliveries" }}
      />
    );
  return (
    <NotThere
      title="There is no such page"
      lead="The address may be mistyped, or the page has moved."
      back={isPortal ? { href: path("/endpoints"), label: "Your endpoints" } : { href: path(""), label: "Overview" }}
    />
  );
}
