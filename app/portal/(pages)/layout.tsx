import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { lookCookie, lookOf, styleOf } from "../../../components/portal/look.ts";
import { PortalShell } from "../../../components/portal/portalShell.tsx";
import type { PortalSessionOut } from "../../../lib/contract/portalAccess.ts";
import { api } from "../../api.ts";

// Each visit asks anew who may see the page.
export const instant = false;

/** A visitor without a session is told where to get one. What a session may see and do, the API decides at each call. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  await connection();
  const asked = await headers();
  const answer = await api().request("/api/v1/portal/session", {
    headers: { cookie: asked.get("cookie") ?? "", "webster-portal": "1" },
  });
  if (answer.status === 401) redirect("/portal");
  if (!answer.ok) throw new Error(`The API answered ${answer.status} to whose portal this is`);
  const session = (await answer.json()) as PortalSessionOut;
  const look = lookOf(decoded((await cookies()).get(lookCookie)?.value ?? ""));
  const style = styleOf(look);
  const nonce = /'nonce-([\w-]+)'/.exec(asked.get("content-security-policy") ?? "")?.[1];
  return (
    <>
      {style !== "" && <style nonce={nonce}>{style}</style>}
      {look.theme !== null && <span hidden data-portal-theme={look.theme} />}
      <PortalShell session={session} title={look.title} renderedAtMs={Date.now()}>
        {children}
      </PortalShell>
    </>
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
