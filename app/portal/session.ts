import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import { cache } from "react";
import type { PortalSessionOut } from "../../lib/contract/portalAccess.ts";
import { portalTokenIn } from "../../lib/auth/portalCookie.ts";
import { api } from "../api.ts";

/** Whose portal the browser has opened; who has opened none is sent to where links are asked for. */
export const readPortalSession = cache(async (): Promise<PortalSessionOut> => {
  await connection();
  const cookie = (await headers()).get("cookie") ?? "";
  const answer = await api().request("/api/v1/portal/session", {
    headers: { cookie, "webster-portal": "1" },
  });
  if (answer.status === 401) redirect(portalTokenIn(cookie) === undefined ? "/portal" : "/portal?ended");
  if (!answer.ok) throw new Error(`The API answered ${answer.status} to whose portal this is`);
  return (await answer.json()) as PortalSessionOut;
});
