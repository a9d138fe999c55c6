/** https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests */
import { hmac, prefixedHash } from "./algorithms.ts";
import { inHeader } from "./carriers.ts";
import type { Content } from "./schemes.ts";
import { chosenBy, signed, template } from "./schemes.ts";
import type { Scheme } from "./types.ts";

export const hubspotVersions = ["v3", "v2", "v1"] as const;
type Version = (typeof hubspotVersions)[number];

/** What HubSpot decodes of the URI before it signs; all else stays as it was called. */
const decoded: Record<string, string> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

const decodedUri: Content = (request, claim, settings) => {
  const url = request.url.replaceAll(/%[0-9a-f]{2}/gi, (code) => decoded[code.toUpperCase()] ?? code);
  return template("{method}{url}{body}{timestamp}")({ ...request, url }, claim, settings);
};

decodedUri.template = "{method}{decodedUrl}{body}{timestamp}";

const schemes: Record<Version, Scheme> = {
  v3: signed({
    carrier: inHeader(["x-hubspot-signature-v3"], { timestamp: { name: "x-hubspot-request-timestamp", unit: "ms" } }),
    algorithm: hmac("sha256", "base64"),
    content: decodedUri,
  }),
  v2: {
    ...signed({
      carrier: inHeader(["x-hubspot-signature"]),
      algorithm: prefixedHash("sha256", "hex"),
      content: template("{method}{url}{body}"),
    }),
    toleranceMs: () => null,
  },
  v1: {
    ...signed({ carrier: inHeader(["x-hubspot-signature"]), algorithm: prefixedHash("sha256", "hex") }),
    toleranceMs: () => null,
  },
};

export const hubspot: Scheme = chosenBy("version", schemes, "v3");
