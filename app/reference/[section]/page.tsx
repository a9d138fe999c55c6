import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { OperationSection } from "../../../components/reference/operationSection.tsx";
import { sectionOf } from "../../../components/reference/reference.ts";
import { publicUrl } from "../../publicUrl.ts";
import { openapi } from "../document.ts";

export const instant = false;

type Props = { params: Promise<{ section: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const section = sectionOf(openapi(), (await params).section, "");
  return { title: section === null ? "API reference" : `${section.name}, API reference` };
}

export default async function ReferenceSectionPage({ params }: Props) {
  const section = sectionOf(openapi(), (await params).section, await publicUrl());
  if (section === null) notFound();
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">{section.name}</h1>
      {section.operations.map((operation) => (
        <OperationSection key={operation.anchor} operation={operation} document={openapi()} />
      ))}
    </>
  );
}
