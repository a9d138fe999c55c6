import type { Metadata } from "next";
import { AlertChannels } from "../../../../../../components/alertChannel/alertChannels.tsx";

export const metadata: Metadata = { title: "Alerts" };

export default function AlertsPage() {
  return <AlertChannels />;
}
