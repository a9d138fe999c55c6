import type { Metadata } from "next";
import { DeliveryDetail } from "../../../../../../components/delivery/deliveryDetail.tsx";
import { type DeliveryKey, deliveryQuery } from "../../../../../../components/delivery/pageQueries.ts";
import { PortalPrefetched } from "../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Delivery" };
export const instant = false;

export default async function PortalDeliveryPage({ params }: { params: Promise<DeliveryKey> }) {
  const { messageId, endpointId } = await params;
  return (
    <PortalPrefetched asks={[{ ...deliveryQuery({ messageId, endpointId }), isSubject: true }]}>
      <DeliveryDetail />
    </PortalPrefetched>
  );
}
