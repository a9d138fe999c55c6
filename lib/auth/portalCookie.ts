/** The cookie for which a portal link is exchanged. No script can read it; it opens what its token opens, and nothing else. */
import { env } from "../env.ts";
import { cookieName, isSecure } from "./session.ts";

const nameOf = (): string => cookieName("webster-portal");

/** `framed`: whether pages of other sites may show the portal of its environment. */
export function portalCookie(token: string, expiresAt: Date, framed: boolean): string {
  // Browsers send a cookie in another site's frame only with SameSite=None; Partitioned keeps it apart for that site.
  const site = isSecure() && (framed || env().portalOrigins.length > 0) ? "SameSite=None; Partitioned" : "SameSite=Lax";
  return `${nameOf()}=${token}; Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; ${site}${isSecure() ? "; Secure" : ""}`;
}

export function portalTokenIn(cookies: string): string | undefined {
  const start = `${nameOf()}=`;
  const found = cookies.split(";").find((part) => part.trim().startsWith(start));
  return found?.trim().slice(start.length);
}
