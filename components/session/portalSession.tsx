"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { PortalSessionOut } from "../../lib/contract/portalAccess.ts";

const Context = createContext<PortalSessionOut | null>(null);

/** Around the pages of the portal: what the components there may show of one application. */
export const PortalSession = ({ session, children }: { session: PortalSessionOut; children: ReactNode }) => (
  <Context value={session}>{children}</Context>
);

/** Who it is that sends: in the portal, the product that it belongs to. */
export const useSender = (): string => useContext(Context)?.organizationName ?? "Webster";

/** The portal's session. Null: this is the dashboard. */
export const usePortal = (): PortalSessionOut | null => useContext(Context);
