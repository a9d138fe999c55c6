import type { Metadata } from "next";
import { PollerDetail } from "../../../../../../../components/poller/pollerDetail.tsx";

export const metadata: Metadata = { title: "Polling endpoint" };
export const instant = false;

export default async function PollerDetailPage({ params }: { params: Promise<{ applicationId: string; pollerId: string }> }) {
  const { applicationId, pollerId } = await params;
  return <PollerDetail applicationId={applicationId} pollerId={pollerId} />;
}
