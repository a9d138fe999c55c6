import type { Metadata } from "next";
import { RequestDetail } from "../../../../../../../components/receivedRequest/requestDetail.tsx";
import { oneQuery } from "../../../../../../../components/receivedRequest/pageQueries.ts";
import { Prefetched } from "../../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Received request" };
export const instant = false;

export default async function RequestDetailPage({ params }: { params: Promise<{ environment: string; request: string }> }) {
  const { environment, request } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery(request), isSubject: true }]} as={{ "webster-environment": environment }}>
      <RequestDetail id={request} />
    </Prefetched>
  );
}
