/** https://plaid.com/docs/api/webhooks/webhook-verification/: the key is asked for by its id, with the client's own credentials. */
import { readToken, strictJson, type Token, type TokenKey } from "./jwt.ts";
import { keyOf } from "./keySets.ts";
import { isJsonObject } from "../body/json.ts";
import type { CheckContext, Need, Refused, Settings } from "./types.ts";
import { refuse } from "./types.ts";

export function plaidNeeds(text: string, settings: Settings): Need | Refused {
  const token = readToken(text);
  // The id is looked at before Plaid is asked: anybody can make one up, and its form is all that is known of it.
  if (token?.keyId == null || !/^[\w-]{1,64}$/.test(token.keyId) || token.algorithm !== "ES256")
    return refuse("malformed", "The Plaid-Verification is no token of Plaid's");
  const host = settings["environment"] === "sandbox" ? "sandbox.plaid.com" : "production.plaid.com";
  return {
    what: "Plaid's key",
    url: `https://${host}/webhook_verification_key/get`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: settings["clientId"], secret: settings["apiSecret"], key_id: token.keyId }),
    covers: () => true,
    absent: "misconfigured",
  };
}

export function plaidKeys(token: Token, _: string, { extras, nowMs }: CheckContext): TokenKey[] | Refused {
  if (extras.document === undefined) return refuse("misconfigured", "Plaid's key could not be had");
  const answer = strictJson(extras.document);
  const jwk = isJsonObject(answer) ? answer["key"] : undefined;
  if (!isJsonObject(jwk) || jwk["kid"] !== token.keyId) return [];
  const expired = jwk["expired_at"];
  if (typeof expired === "number" && expired * 1000 <= nowMs) return refuse("bad_signature", "Plaid has withdrawn the key that signed");
  return [keyOf(jwk)].filter((key) => key !== null);
}
