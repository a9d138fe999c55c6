import type { Metadata } from "next";
import { DeliveryLog } from "../../../../components/delivery/log.tsx";
import { Prefetched } from "../../../prefetched.tsx";
import { type Search, logAsks } from "../../../logAsks.ts";
import { readPortalSession } from "../../session.ts";

export const metadata: Metadata = { title: "Deliveries" };
export const instant = false;

export default async function PortalDeliveriesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { application } = await readPortalSession();
  return (
    <Prefetched asks={logAsks(await searchParams)} as={{ "webster-portal": application.id }}>
      <DeliveryLog />
    </Prefetched>
  );
}
