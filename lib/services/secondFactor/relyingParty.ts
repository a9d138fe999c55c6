/** Whose passkeys are: the name and the origin of this Webster (WebAuthn, section 4: an RP ID is a domain, never an address). */
import { isIP } from "node:net";
import { env, reachableUrl } from "../../env.ts";
import { AppError } from "../../errors.ts";

export type RelyingParty = { id: string; origin: string };

/** Null: browsers keep no passkeys for an IP address. A laptop's own is there as localhost too. */
export function relyingParty(): RelyingParty | null {
  const url = new URL(reachableUrl(env()));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (/^127\.|^::1$/.test(host)) url.hostname = "localhost";
  else if (isIP(host) !== 0) return null;
  return { id: url.hostname, origin: url.origin };
}

/** Throws `conflict`. */
export function requireRelyingParty(): RelyingParty {
  const party = relyingParty();
  if (party === null)
    throw new AppError("conflict", "Passkeys need a name: set WEBSTER_URL to one that leads here, such as https://hooks.example.com");
  return party;
}
