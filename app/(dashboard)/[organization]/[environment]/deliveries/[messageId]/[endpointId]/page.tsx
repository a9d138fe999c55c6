import type { Metadata } from "next";
import { DeliveryDetail } from "../../../../../../../components/delivery/deliveryDetail.tsx";
import { type DeliveryKey, deliveryQuery } from "../../../../../../../components/delivery/pageQueries.ts";
import { Prefetched } from "../../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Delivery" };
export const instant = false;

export default async function DeliveryPage({ params }: { params: Promise<DeliveryKey & { environment: string }> }) {
  const { environment, messageId, endpointId } = await params;
  return (
    <Prefetched asks={[{ ...deliveryQuery({ messageId, endpointId }), isSubject: true }]} as={{ "webster-environment": environment }}>
      <DeliveryDetail />
    </Prefetched>
  );
}
