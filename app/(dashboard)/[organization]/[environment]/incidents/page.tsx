import type { Metadata } from "next";
import { IncidentList } from "../../../../../components/incident/incidentList.tsx";

export const metadata: Metadata = { title: "Incidents" };
export const instant = false;

export default function IncidentsPage() {
  return <IncidentList />;
}
