import type { Metadata } from "next";
import { EventTypeList } from "../../../../../components/eventType/eventTypeList.tsx";

export const metadata: Metadata = { title: "Event types" };
export const instant = false;

export default function EventTypeListPage() {
  return <EventTypeList />;
}
