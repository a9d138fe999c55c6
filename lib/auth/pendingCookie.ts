/** The cookie of a sign-in that waits for its second factor. No script can read it; it opens nothing. */
import { cookieName, isSecure } from "./session.ts";

const lifetimeSeconds = 600;

const nameOf = (): string => cookieName("webster-sign-in");

/** Null: the sign-in is over. */
export const pendingCookie = (token: string | null): string =>
  `${nameOf()}=${token ?? ""}; Path=/; Max-Age=${token === null ? 0 : lifetimeSeconds}; HttpOnly; SameSite=Lax${isSecure() ? "; Secure" : ""}`;

export function pendingTokenIn(cookies: string): string | undefined {
  const start = `${nameOf()}=`;
  const found = cookies.split(";").find((part) => part.trim().startsWith(start));
  return found?.trim().slice(start.length);
}
