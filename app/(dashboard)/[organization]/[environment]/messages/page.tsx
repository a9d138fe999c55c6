import type { Metadata } from "next";
import { MessageList } from "../../../../../components/message/messageList.tsx";

export const metadata: Metadata = { title: "Messages" };
export const instant = false;

export default function MessageListPage() {
  return <MessageList />;
}
