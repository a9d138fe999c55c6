import type { Metadata } from "next";
import { DeliveryLog } from "../../../../components/delivery/log.tsx";
import { type Search, logAsks } from "../../../logAsks.ts";
import { PortalPrefetched } from "../../prefetched.tsx";

export const metadata: Metadata = { title: "Deliveries" };
export const instant = false;

export default async function PortalDeliveriesPage({ searchParams }: { searchParams: Promise<Search> }) {
  return (
    <PortalPrefetched asks={logAsks(await searchParams)}>
      <DeliveryLog />
    </PortalPrefetched>
  );
}
