import type { Metadata } from "next";
import { ApplicationDetail } from "../../../../../../components/application/applicationDetail.tsx";

export const metadata: Metadata = { title: "Application" };
export const instant = false;

export default async function ApplicationDetailPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ApplicationDetail id={id} />;
}
