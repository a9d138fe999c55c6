import type { Metadata } from "next";
import { DeliveryDetail } from "../../../../../../components/delivery/deliveryDetail.tsx";
import { type DeliveryKey, deliveryQuery } from "../../../../../../components/delivery/pageQueries.ts";
import { Prefetched } from "../../../../../prefetched.tsx";
import { readPortalSession } from "../../../../session.ts";

export const metadata: Metadata = { title: "Delivery" };
export const instant = false;

export default async function PortalDeliveryPage({ params }: { params: Promise<DeliveryKey> }) {
  const { messageId, endpointId } = await params;
  const { application } = await readPortalSession();
  return (
    <Prefetched asks={[deliveryQuery({ messageId, endpointId })]} as={{ "webster-portal": application.id }}>
      <DeliveryDetail />
    </Prefetched>
  );
}
