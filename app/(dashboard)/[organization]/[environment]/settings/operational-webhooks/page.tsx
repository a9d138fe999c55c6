import type { Metadata } from "next";
import { OperationalWebhooks } from "../../../../../../components/operationalWebhook/operationalWebhooks.tsx";

export const metadata: Metadata = { title: "Operational webhooks" };

export default function OperationalWebhooksPage() {
  return <OperationalWebhooks />;
}
