import type { Metadata } from "next";
import { PollerDetail } from "../../../../../../../components/poller/pollerDetail.tsx";
import { oneQuery, type PollerKey } from "../../../../../../../components/poller/pageQueries.ts";
import { Prefetched } from "../../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Polling endpoint" };
export const instant = false;

export default async function PollerDetailPage({ params }: { params: Promise<PollerKey & { environment: string }> }) {
  const { environment, applicationId, pollerId } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery({ applicationId, pollerId }), isSubject: true }]} as={{ "webster-environment": environment }}>
      <PollerDetail applicationId={applicationId} pollerId={pollerId} />
    </Prefetched>
  );
}
