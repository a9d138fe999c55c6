import type { Metadata } from "next";
import { NewEndpoint } from "../../../../../components/endpoint/newEndpoint.tsx";

export const metadata: Metadata = { title: "Create endpoint" };
export const instant = false;

export default function PortalNewEndpointPage() {
  return <NewEndpoint />;
}
