import { cookies } from "next/headers";
import type { Drawn } from "../components/providers.tsx";
import { viewCookie } from "../components/ui/viewCookie.ts";

/** What a page is drawn with, for the browser to go on from the same. */
export async function drawnNow(): Promise<Drawn> {
  return { renderedAtMs: Date.now(), view: (await cookies()).get(viewCookie)?.value ?? "" };
}
