import type { Metadata } from "next";
import { SourceList } from "../../../../../components/source/sourceList.tsx";

export const metadata: Metadata = { title: "Sources" };
export const instant = false;

export default function SourceListPage() {
  return <SourceList />;
}
