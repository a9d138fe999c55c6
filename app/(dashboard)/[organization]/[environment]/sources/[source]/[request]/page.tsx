import type { Metadata } from "next";
import { RequestDetail } from "../../../../../../../components/receivedRequest/requestDetail.tsx";

export const metadata: Metadata = { title: "Received request" };
export const instant = false;

export default async function RequestDetailPage({ params }: { params: Promise<{ request: string }> }) {
  const { request } = await params;
  return <RequestDetail id={request} />;
}
