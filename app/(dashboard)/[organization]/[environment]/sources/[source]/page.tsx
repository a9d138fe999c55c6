import type { Metadata } from "next";
import { SourceDetail } from "../../../../../../components/source/sourceDetail.tsx";

export const metadata: Metadata = { title: "Source" };
export const instant = false;

export default async function SourceDetailPage({ params }: { params: Promise<{ source: string }> }) {
  const { source } = await params;
  return <SourceDetail id={source} />;
}
