import type { Metadata } from "next";
import { EndpointDetail } from "../../../../../../components/endpoint/endpointDetail.tsx";

export const metadata: Metadata = { title: "Endpoint" };
export const instant = false;

export default async function PortalEndpointPage({ params }: { params: Promise<{ applicationId: string; endpointId: string }> }) {
  const { applicationId, endpointId } = await params;
  return <EndpointDetail applicationId={applicationId} endpointId={endpointId} />;
}
