import type { Metadata } from "next";
import { DeliveryLog } from "../../../../../components/delivery/log.tsx";
import { Prefetched } from "../../../../prefetched.tsx";
import { type Search, logAsks } from "../../../../logAsks.ts";

export const metadata: Metadata = { title: "Deliveries" };
export const instant = false;

export default async function DeliveriesPage({
  params,
  searchParams,
}: {
  params: Promise<{ environment: string }>;
  searchParams: Promise<Search>;
}) {
  const { environment } = await params;
  return (
    <Prefetched asks={logAsks(await searchParams)} as={{ "webster-environment": environment }}>
      <DeliveryLog />
    </Prefetched>
  );
}
