import type { Metadata } from "next";
import { DeliveryLog } from "../../../../components/delivery/log.tsx";

export const metadata: Metadata = { title: "Deliveries" };
export const instant = false;

export default function PortalDeliveriesPage() {
  return <DeliveryLog />;
}
