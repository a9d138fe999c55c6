import type { Metadata } from "next";
import { openIncidents, pageQuery } from "../../../../components/incident/pageQueries.ts";
import { Overview } from "../../../../components/overview/overview.tsx";
import { overviewOf, visit } from "../../../../components/overview/pageQueries.ts";
import { spanOf } from "../../../../components/overview/spans.ts";
import { Prefetched } from "../../../prefetched.tsx";

export const metadata: Metadata = { title: "Overview" };
export const instant = false;

export default async function OverviewPage({
  params,
  searchParams,
}: {
  params: Promise<{ environment: string }>;
  searchParams: Promise<{ span?: string | string[] }>;
}) {
  const { environment } = await params;
  const { span } = await searchParams;
  const asks = () => [overviewOf(spanOf(typeof span === "string" ? span : null), Date.now()), pageQuery(openIncidents), visit];
  return (
    <Prefetched asks={asks} as={{ "webster-environment": environment }}>
      <Overview />
    </Prefetched>
  );
}
