/** Tokens of senders that are not in the list: signed with one key, or with a set of keys at a URL. */
import { echoAsSet, echoFault, echoFields } from "./echo.ts";
import { publicAlgorithms, readToken, type Token, type TokenAlgorithm, tokenAlgorithms, type TokenKey } from "./jwt.ts";
import { pemKeyOf } from "./publicKeys.ts";
import { isHttps, keySetAt, keysFor } from "./keySets.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, setting } from "./row.ts";
import { genericCommon } from "./rowsPlain.ts";
import { type BodyClaim, tokenInHeader, type TokenRules, tokens } from "./tokens.ts";
import type { Refused, Settings } from "./types.ts";
import { refuse } from "./types.ts";

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;
const headerOf = (settings: Settings): string => (settings["header"] || "authorization").toLowerCase();
const place = tokenInHeader(headerOf, (settings) => settings["prefix"] ?? "");

const bodyHashes = ["sha256", "sha512"] as const;
const bodyEncodings = ["hex", "base64", "base64url"] as const;
const one = (text: string | undefined): string[] => (text ? [text] : []);

function rulesOf(settings: Settings, algorithms: readonly TokenAlgorithm[], maximumAgeSeconds: string): TokenRules | Refused {
  if (!headerName.test(headerOf(settings))) return refuse("misconfigured", "The token's header has no valid name");
  const age = settings["toleranceSeconds"] || maximumAgeSeconds;
  if (!/^[1-9]\d{0,4}$/.test(age) || Number(age) > 86_400) return refuse("misconfigured", "The token's age must be 1 to 86,400 seconds");
  return {
    algorithms,
    issuers: one(settings["issuer"]),
    audiences: one(settings["audience"]),
    claims: settings["email"] ? { email: settings["email"], email_verified: true } : {},
    body: bodyClaimOf(settings),
    maximumAgeSeconds: Number(age),
  };
}

function bodyClaimOf(settings: Settings): BodyClaim | null {
  if (!settings["bodyClaim"]) return null;
  return {
    name: settings["bodyClaim"],
    hash: bodyHashes.find((name) => name === settings["bodyHash"]) ?? "sha256",
    encoding: bodyEncodings.find((name) => name === settings["bodyEncoding"]) ?? "hex",
  };
}

const sharedAlgorithms = tokenAlgorithms.filter((name) => !publicAlgorithms.includes(name));
const algorithmOf = (settings: Settings): TokenAlgorithm => tokenAlgorithms.find((name) => name === settings["algorithm"]) ?? "HS256";

function keyOf(_: Token, secret: string, { settings }: { settings: Settings }): TokenKey[] | Refused {
  const isPublic = publicAlgorithms.includes(algorithmOf(settings));
  const key = pemKeyOf(secret);
  if (isPublic) return key === null ? refuse("misconfigured", "The key is no public key in PEM") : [key];
  // Everybody has a public key: as a shared secret it would let everybody sign.
  return key === null
    ? [Buffer.from(secret)]
    : refuse("misconfigured", "The key is a public one, and the algorithm one for shared secrets");
}

const placeFields = [
  setting("header", "Header", "Where the token stands.", { default: "authorization", namesCredential: true }),
  setting("prefix", "Prefix", "What stands in front of the token, other than Bearer."),
];

const bodyGroup = { group: "Body's hash" };
const bodyFields = [
  setting("bodyClaim", "Claim with the body's hash", "For example sha256. Without one the token says who sends, not what.", bodyGroup),
  setting("bodyHash", "Hash", "Of the body as it was sent.", { options: bodyHashes, default: "sha256", ...bodyGroup }),
  setting("bodyEncoding", "Encoding", "How the claim writes it.", { options: bodyEncodings, default: "hex", ...bodyGroup }),
];

const ageField = (seconds: string) =>
  setting("toleranceSeconds", "Age in seconds", "How old the token may be.", { default: seconds, seconds: [1, 86_400] });

export const jwtRows = {
  jwt: row({
    ...genericCommon,
    verifiedBy: "a JWT, as set",
    label: "JSON Web Token",
    hint: "For senders that sign a token with a shared secret or a key pair, best with the body's hash in it.",
    fields: [
      {
        ...chosenField("Key", "The shared secret, or the sender's public key as PEM."),
        chosenFor: { setting: "algorithm", values: sharedAlgorithms },
      },
      setting("algorithm", "Algorithm", "What the token's header calls alg.", { options: tokenAlgorithms, default: "HS256" }),
      ...placeFields,
      setting("issuer", "Issuer", "What iss must be."),
      setting("audience", "Audience", "What aud must be."),
      ageField("300"),
      ...bodyFields,
      ...echoFields,
    ],
    scheme: tokens({ place, asymmetric: false, rules: (settings) => rulesOf(settings, [algorithmOf(settings)], "300"), keys: keyOf }),
    handshake: echoAsSet,
    faultOf: echoFault,
  }),
  "jwt-keys": row({
    ...genericCommon,
    verifiedBy: "a JWT by the issuer’s published keys, as set",
    label: "JSON Web Token with a set of keys (JWKS)",
    hint: "For senders that publish their keys, such as identity providers. Anybody can get a token from most of them: the audience, and where there is one the email, say that it is meant for you and comes from yours.",
    fields: [
      setting("keySetUrl", "Key set's URL", "https://…/jwks.json; fetched by Webster and kept for an hour.", { required: true }),
      setting("audience", "Audience", "What aud must be.", { required: true }),
      setting("issuer", "Issuer", "What iss must be."),
      setting("email", "Email", "Of a service account: what email must be, and verified."),
      ...placeFields,
      // Such tokens are made for an hour, and used again within it.
      ageField("3600"),
      ...bodyFields,
      ...echoFields,
    ],
    scheme: tokens({
      place,
      asymmetric: true,
      rules: (settings) => rulesOf(settings, publicAlgorithms, "3600"),
      keys: (token, _, { extras }) =>
        extras.document === undefined ? refuse("misconfigured", "The set of keys could not be had") : keysFor(token, extras.document),
    }),
    needs: (request, { settings }) => {
      const text = place.read(request, settings);
      if (typeof text !== "string") return text;
      const token = readToken(text);
      return token === null
        ? refuse("malformed", "What should be a JSON Web Token is none")
        : keySetAt(settings["keySetUrl"] ?? "", token, "The sender's keys");
    },
    handshake: echoAsSet,
    faultOf: (settings) =>
      settings["keySetUrl"] && !isHttps(settings["keySetUrl"])
        ? { name: "keySetUrl", fault: "It must be an https URL" }
        : echoFault(settings),
  }),
} satisfies Record<string, Provider>;
