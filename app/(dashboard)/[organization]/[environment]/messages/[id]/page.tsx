import type { Metadata } from "next";
import { MessageDetail } from "../../../../../../components/message/messageDetail.tsx";

export const metadata: Metadata = { title: "Message" };
export const instant = false;

export default async function MessageDetailPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <MessageDetail id={id} />;
}
