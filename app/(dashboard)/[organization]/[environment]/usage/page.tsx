import type { Metadata } from "next";
import { Usage } from "../../../../../components/statistics/usage.tsx";

export const metadata: Metadata = { title: "Usage" };
export const instant = false;

export default function UsagePage() {
  return <Usage />;
}
