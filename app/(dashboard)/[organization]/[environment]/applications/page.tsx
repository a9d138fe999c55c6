import type { Metadata } from "next";
import { ApplicationList } from "../../../../../components/application/applicationList.tsx";

export const metadata: Metadata = { title: "Applications" };
export const instant = false;

export default function ApplicationListPage() {
  return <ApplicationList />;
}
