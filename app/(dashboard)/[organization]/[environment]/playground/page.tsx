import type { Metadata } from "next";
import { Playground } from "../../../../../components/playground/playground.tsx";

export const metadata: Metadata = { title: "Playground" };
export const instant = false;

export default function PlaygroundPage() {
  return <Playground />;
}
