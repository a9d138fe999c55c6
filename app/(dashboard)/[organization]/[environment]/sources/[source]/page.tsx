import type { Metadata } from "next";
import { SourceDetail } from "../../../../../../components/source/sourceDetail.tsx";
import { oneQuery } from "../../../../../../components/source/pageQueries.ts";
import { Prefetched } from "../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Source" };
export const instant = false;

export default async function SourceDetailPage({ params }: { params: Promise<{ environment: string; source: string }> }) {
  const { environment, source } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery(source), isSubject: true }]} as={{ "webster-environment": environment }}>
      <SourceDetail id={source} />
    </Prefetched>
  );
}
