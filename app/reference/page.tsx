import { Introduction } from "../../components/reference/introduction.tsx";
import { chaptersOf } from "../../components/reference/reference.ts";
import { publicUrl } from "../publicUrl.ts";
import { openapi } from "./document.ts";

export const instant = false;

export default async function ReferencePage() {
  return <Introduction chapters={chaptersOf(openapi())} serverUrl={await publicUrl()} />;
}
