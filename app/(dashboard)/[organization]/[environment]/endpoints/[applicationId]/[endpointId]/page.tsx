import type { Metadata } from "next";
import { EndpointDetail } from "../../../../../../../components/endpoint/endpointDetail.tsx";
import { type EndpointKey, oneQuery } from "../../../../../../../components/endpoint/pageQueries.ts";
import { Prefetched } from "../../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Endpoint" };
export const instant = false;

export default async function EndpointDetailPage({ params }: { params: Promise<EndpointKey & { environment: string }> }) {
  const { environment, applicationId, endpointId } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery({ applicationId, endpointId }), isSubject: true }]} as={{ "webster-environment": environment }}>
      <EndpointDetail applicationId={applicationId} endpointId={endpointId} />
    </Prefetched>
  );
}
