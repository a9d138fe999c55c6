/** Whether a URL may be saved. The address is checked again at each attempt: a name may point elsewhere by then. */
import { lookup } from "node:dns/promises";
import { env } from "../../env.ts";
import { invalid } from "../../errors.ts";
import { listenTarget } from "../../listenUrl.ts";
import { type Network, checkAddress, checkUrl, parseNetworks } from "../../webhooks/address.ts";

const lookupTimeoutMs = 2_000;

/** The URL as it is stored. A name that does not resolve (yet) is fine; one that resolves to a forbidden address is not. */
export async function requireSendable(text: string, loc: (string | number)[] = ["body", "url"]): Promise<string> {
  if (listenTarget(text) !== null) return new URL(text).href;
  const { allowedNetworks, httpsOnly } = env();
  const networks = parseNetworks(allowedNetworks);
  const checked = checkUrl(text, { httpsOnly, allowedNetworks: networks });
  if (!checked.ok) throw invalid(loc, checked.reason);
  if (checked.literal === null && (await resolvesToForbidden(new URL(checked.url).hostname, networks)))
    throw invalid(loc, "The URL's host is at an address that is not allowed; WEBSTER_ALLOWED_NETWORKS on the server says which are");
  return checked.url;
}

async function resolvesToForbidden(host: string, networks: Network[]): Promise<boolean> {
  const timeout = new Promise<[]>((resolve) => setTimeout(() => resolve([]), lookupTimeoutMs).unref());
  const addresses = await Promise.race([lookup(host, { all: true }).catch(() => []), timeout]);
  return addresses.some(({ address }) => checkAddress(address, networks) === "forbidden");
}
