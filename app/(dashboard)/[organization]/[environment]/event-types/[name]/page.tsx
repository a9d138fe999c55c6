import type { Metadata } from "next";
import { EventTypeDetail } from "../../../../../../components/eventType/eventTypeDetail.tsx";
import { readOne } from "../../../../../../components/eventType/exactSchemas.ts";
import { oneQuery } from "../../../../../../components/eventType/pageQueries.ts";
import { Prefetched } from "../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Event type" };
export const instant = false;

export default async function EventTypeDetailPage({ params }: { params: Promise<{ environment: string; name: string }> }) {
  const { environment, ...asked } = await params;
  const name = decodeURIComponent(asked.name);
  return (
    <Prefetched asks={[{ ...oneQuery(name), read: readOne, isSubject: true }]} as={{ "webster-environment": environment }}>
      <EventTypeDetail name={name} />
    </Prefetched>
  );
}
