import type { Metadata } from "next";
import { notFound } from "next/navigation";

export const metadata: Metadata = { title: "No such page" };
export const instant = false;

export default function NoSuchPage() {
  notFound();
}
