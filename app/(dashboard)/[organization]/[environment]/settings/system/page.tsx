import type { Metadata } from "next";
import { System } from "../../../../../../components/system/system.tsx";

export const metadata: Metadata = { title: "System" };

export default function SystemPage() {
  return <System />;
}
