"use client";

import { usePathname } from "next/navigation";
import { isPortal } from "./api.ts";

/** Links inside the environment of the address: `path("/endpoints")` → `/org_…/env_…/endpoints`; in the portal `/portal/endpoints`. */
export function useEnvironmentPath(): (path: string) => string {
  const pathname = usePathname();
  const [, organization = "", environment = ""] = pathname.split("/");
  return (path) => (isPortal(pathname) ? "/portal" : `/${organization}/${environment}`) + path;
}
