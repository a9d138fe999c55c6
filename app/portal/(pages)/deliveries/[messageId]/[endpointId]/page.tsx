import type { Metadata } from "next";
import { DeliveryDetail } from "../../../../../../components/delivery/deliveryDetail.tsx";

export const metadata: Metadata = { title: "Delivery" };
export const instant = false;

export default function PortalDeliveryPage() {
  return <DeliveryDetail />;
}
