import type { ReactNode } from "react";
import { KnownOf } from "../../components/portal/knownOf.tsx";
import { answersTo } from "../prefetched.tsx";
import { readPortalSession } from "./session.ts";

/** A page of the portal with the answers to what it asks first, about the application whose portal is open. */
export async function PortalPrefetched({ asks, children }: { asks: Parameters<typeof answersTo>[0]; children: ReactNode }) {
  const { application } = await readPortalSession();
  return (
    <KnownOf application={application.id} answers={await answersTo(asks, { "webster-portal": application.id })}>
      {children}
    </KnownOf>
  );
}
