import type { Metadata } from "next";
import { EndpointList } from "../../../../components/endpoint/endpointList.tsx";

export const metadata: Metadata = { title: "Endpoints" };
export const instant = false;

export default function PortalEndpointsPage() {
  return <EndpointList />;
}
