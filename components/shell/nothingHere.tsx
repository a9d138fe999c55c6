"use client";

import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { NotThere } from "../ui/notThere.tsx";

/** An address that leads to no page, inside the frame. */
export function NothingHere() {
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  return (
    <NotThere
      title="There is no such page"
      lead="The address may be mistyped, or the page has moved."
      back={isPortal ? { href: path("/endpoints"), label: "Your endpoints" } : { href: path(""), label: "Overview" }}
    />
  );
}
