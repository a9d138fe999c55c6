import type { Metadata } from "next";
import { RequestDetail } from "../../../../../../../components/receivedRequest/requestDetail.tsx";
import { isAt, oneQuery } from "../../../../../../../components/receivedRequest/pageQueries.ts";
import { Prefetched } from "../../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Received request" };
export const instant = false;

export default async function RequestDetailPage({ params }: { params: Promise<{ environment: string; source: string; request: string }> }) {
  const { environment, source, request } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery(request), isSubject: isAt(source) }]} as={{ "webster-environment": environment }}>
      <RequestDetail id={request} sourceId={source} />
    </Prefetched>
  );
}
