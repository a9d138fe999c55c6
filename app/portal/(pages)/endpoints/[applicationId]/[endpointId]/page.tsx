import type { Metadata } from "next";
import { EndpointDetail } from "../../../../../../components/endpoint/endpointDetail.tsx";
import { type EndpointKey, oneQuery } from "../../../../../../components/endpoint/pageQueries.ts";
import { PortalPrefetched } from "../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Endpoint" };
export const instant = false;

export default async function PortalEndpointPage({ params }: { params: Promise<EndpointKey> }) {
  const { applicationId, endpointId } = await params;
  return (
    <PortalPrefetched asks={[{ ...oneQuery({ applicationId, endpointId }), isSubject: true }]}>
      <EndpointDetail applicationId={applicationId} endpointId={endpointId} />
    </PortalPrefetched>
  );
}
