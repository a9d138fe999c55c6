import type { Metadata } from "next";
import { NewSource } from "../../../../../../components/source/newSource.tsx";

export const metadata: Metadata = { title: "Create source" };
export const instant = false;

export default function NewSourcePage() {
  return <NewSource />;
}
