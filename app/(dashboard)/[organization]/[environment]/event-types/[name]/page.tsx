import type { Metadata } from "next";
import { EventTypeDetail } from "../../../../../../components/eventType/eventTypeDetail.tsx";

export const metadata: Metadata = { title: "Event type" };
export const instant = false;

export default async function EventTypeDetailPage({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  return <EventTypeDetail name={decodeURIComponent(name)} />;
}
