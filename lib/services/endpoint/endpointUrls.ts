/** Whether a URL may be saved. The address is checked again at each attempt: a name may point elsewhere by then. */
import type { Actor } from "../../actor.ts";
import { proxyChecks, proxyFor } from "../../egress.ts";
import { env } from "../../env.ts";
import { invalid } from "../../errors.ts";
import { listenTarget } from "../../listenUrl.ts";
import { resolveName, type Whose } from "../../names.ts";
import { type Network, bePublic, checkAddress, checkUrl, isAllowedHost, parseNetworks } from "../../webhooks/address.ts";
import { whoseOf } from "../shared/whose.ts";

const lookupTimeoutMs = 2_000;

/** The URL as it is stored. A name that does not resolve (yet) is fine; one that resolves to a forbidden address is not. */
export async function requireSendable(actor: Actor, text: string, loc: (string | number)[] = ["body", "url"]): Promise<string> {
  if (listenTarget(text) !== null) return new URL(text).href;
  const { allowedNetworks, allowedHosts, httpsOnly } = env();
  const networks = parseNetworks(allowedNetworks);
  const checked = checkUrl(text, { httpsOnly, allowedNetworks: networks, allowedHosts });
  const isPortal = actor.kind === "portal";
  if (!checked.ok) throw invalid(loc, isPortal ? checked.plainReason : checked.reason);
  const { hostname } = new URL(checked.url);
  // A proxy that checks resolves names too, and perhaps differently.
  const isCheckedElsewhere = isAllowedHost(hostname, allowedHosts) || (proxyChecks() && proxyFor(hostname) !== null);
  if (checked.literal === null && !isCheckedElsewhere && (await resolvesToForbidden(hostname, whoseOf(actor), networks)))
    throw invalid(loc, `The URL's host is at an address that is not allowed${isPortal ? `: ${bePublic}` : settingSays}`);
  return checked.url;
}

const settingSays = "; WEBSTER_ALLOWED_NETWORKS on the server says which are";

async function resolvesToForbidden(host: string, whose: Whose, networks: Network[]): Promise<boolean> {
  const addresses = await resolveName(host, whose, lookupTimeoutMs).catch(() => []);
  return addresses.some(({ address }) => checkAddress(address, networks) === "forbidden");
}
