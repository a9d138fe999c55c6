/** The cookie that a portal link becomes. No script can read it; it opens what its token opens, and nothing else. */
import { env } from "../env.ts";
import { cookieName, isSecure } from "./session.ts";

const nameOf = (): string => cookieName("webster-portal");

/** `framed`: whether pages of other sites may show the portal of its environment. */
export function portalCookie(token: string, expiresAt: Date, framed: boolean): string {
  // In a frame of another site a cookie is only sent if it says so, and is then kept apart by that site.
  const site = isSecure() && (framed || env().portalOrigins.length > 0) ? "SameSite=None; Partitioned" : "SameSite=Lax";
  return `${nameOf()}=${token}; Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; ${site}${isSecure() ? "; Secure" : ""}`;
}

export function portalTokenIn(cookies: string): string | undefined {
  const start = `${nameOf()}=`;
  const found = cookies.split(";").find((part) => part.trim().startsWith(start));
  return found?.trim().slice(start.length);
}
