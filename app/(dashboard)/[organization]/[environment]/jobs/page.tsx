import type { Metadata } from "next";
import { JobList } from "../../../../../components/backgroundTask/jobList.tsx";

export const metadata: Metadata = { title: "Jobs" };
export const instant = false;

export default function JobListPage() {
  return <JobList />;
}
