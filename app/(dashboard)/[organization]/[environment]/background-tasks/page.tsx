import type { Metadata } from "next";
import { BackgroundTaskList } from "../../../../../components/backgroundTask/backgroundTaskList.tsx";

export const metadata: Metadata = { title: "Background tasks" };
export const instant = false;

export default function BackgroundTasksPage() {
  return <BackgroundTaskList />;
}
