import type { Metadata } from "next";
import { MessageDetail } from "../../../../../../components/message/messageDetail.tsx";
import { oneQuery } from "../../../../../../components/message/pageQueries.ts";
import { Prefetched } from "../../../../../prefetched.tsx";

export const metadata: Metadata = { title: "Message" };
export const instant = false;

export default async function MessageDetailPage({ params }: { params: Promise<{ environment: string; id: string }> }) {
  const { environment, id } = await params;
  return (
    <Prefetched asks={[{ ...oneQuery(id), isSubject: true }]} as={{ "webster-environment": environment }}>
      <MessageDetail id={id} />
    </Prefetched>
  );
}
