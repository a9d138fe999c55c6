/** The certificate that PayPal's signatures are checked with. Which host it may come from, the provider's own code says. */
import { rootCertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { singleton } from "../singleton.ts";
import { type Extras, type IncomingRequest, type ProviderKind, type Refused, certificateUrl } from "../webhooks/verification.ts";
import { fetchOutside } from "./outbound.ts";

const deadlineMs = 5_000;
const maximumBytes = 65_536;
const maximumCertificates = 100;
const keptMs = 3_600_000;
/** A failure is remembered for a while too, so that a flood of bad requests asks PayPal for nothing. */
const failureKeptMs = 10_000;

type Kept = Promise<string | null>;

const cache = (): LRUCache<string, Kept> =>
  singleton("paypalCertificates", () => new LRUCache<string, Kept>({ max: maximumCertificates, ttl: keptMs }));

/** Nothing for all other providers. Refused: its address is not PayPal's, or it can't be had at the moment. */
export async function certificatesFor(provider: ProviderKind, request: IncomingRequest): Promise<Extras | Refused> {
  const url = certificateUrl(provider, request);
  if (url === null) return {};
  if (typeof url !== "string") return url;
  const certificatePem = await certificateAt(url);
  if (certificatePem === null)
    return { ok: false, reason: "bad_signature", detail: "PayPal's certificate could not be fetched; verify again later" };
  return { certificatePem, trustedRootsPem: rootCertificates };
}

function certificateAt(url: string): Kept {
  const known = cache().get(url);
  if (known !== undefined) return known;
  const loading = load(url);
  cache().set(url, loading);
  void loading.then((pem) => {
    if (pem === null) cache().set(url, loading, { ttl: failureKeptMs });
  });
  return loading;
}

async function load(url: string): Kept {
  const fetched = await fetchOutside({ url, method: "GET", headers: {}, body: null, deadlineMs, maximumBytes });
  return fetched.ok && fetched.status === 200 && fetched.isWhole ? fetched.body.toString("latin1") : null;
}
