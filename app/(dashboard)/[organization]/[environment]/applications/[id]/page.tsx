import type { Metadata } from "next";
import { ApplicationDetail } from "../../../../../../components/application/applicationDetail.tsx";
import { oneQuery } from "../../../../../../components/application/pageQueries.ts";
import { Prefetched } from "../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Application" };
export const instant = false;

export default async function ApplicationDetailPage({ params }: { params: Promise<{ environment: string; id: string }> }) {
  const { environment, id } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery(id), isSubject: true }]} as={{ "webster-environment": environment }}>
      <ApplicationDetail id={id} />
    </Prefetched>
  );
}
