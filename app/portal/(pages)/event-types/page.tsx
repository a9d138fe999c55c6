import type { Metadata } from "next";
import { EventCatalogue } from "../../../../components/portal/eventCatalogue.tsx";

export const metadata: Metadata = { title: "Event types" };
export const instant = false;

export default function PortalEventTypesPage() {
  return <EventCatalogue />;
}
