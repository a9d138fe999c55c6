"use client";

import { usePathname } from "next/navigation";

/** Links inside the environment of the address: `path("/endpoints")` → `/org_…/env_…/endpoints`. */
export function useEnvironmentPath(): (path: string) => string {
  const [, organization = "", environment = ""] = usePathname().split("/");
  return (path) => `/${organization}/${environment}${path}`;
}
