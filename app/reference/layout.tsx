import type { Metadata } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { chosenLanguage, languageCookie } from "../../components/reference/languages.ts";
import { ReferenceFrame } from "../../components/reference/referenceFrame.tsx";
import { chaptersOf } from "../../components/reference/reference.ts";
import { openapi } from "./document.ts";

export const metadata: Metadata = { title: "API reference" };
export const instant = false;

export default async function ReferenceLayout({ children }: { children: ReactNode }) {
  const language = chosenLanguage((await cookies()).get(languageCookie)?.value);
  return (
    <ReferenceFrame chapters={chaptersOf(openapi())} language={language}>
      {children}
    </ReferenceFrame>
  );
}
