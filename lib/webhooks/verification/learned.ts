/**
 * Providers that make up the secret themselves and tell it to the URL, in a request that nothing vouches for. It is taken while
 * the source has none, and beside others only while its settings say so: whoever finds the URL later can replace nothing.
 */
import { bodyOf, headerOf, sameText } from "./request.ts";
import { setting } from "./row.ts";
import { isJsonObject } from "../body/json.ts";
import type { Field, Handshake, IncomingRequest, Reply } from "./types.ts";
import { refuse } from "./types.ts";

export const newSecretsField: Field = setting(
  "newSecrets",
  "New secrets",
  "first: only the first one is taken. added: each new one is taken as well, for as long as you make more webhooks for this URL.",
  { options: ["first", "added"], default: "first" },
);

type Told = { secret: string; reply: Reply };

export const learning =
  (tell: (request: IncomingRequest) => Told | null): Handshake =>
  (request, { secrets, settings }) => {
    const told = tell(request);
    if (told === null) return null;
    if (secrets.some((known) => sameText(known, told.secret))) return told.reply;
    if (secrets.length > 0 && settings["newSecrets"] !== "added")
      return refuse(
        "misconfigured",
        "Somebody tells the source a new secret, but it has one, and its settings take the first one only. If you are making another webhook, let it take new secrets meanwhile",
      );
    return { ...told.reply, effect: { kind: "keepSecret", secret: told.secret } };
  };

const isSecret = (text: string): boolean => /^[\u0021-\u007e]{16,512}$/.test(text);

/** https://developers.asana.com/docs/webhooks-guide: the header comes back as it came. */
export const asanaTells = (request: IncomingRequest): Told | null => {
  const secret = headerOf(request, "x-hook-secret");
  if (request.method !== "POST" || typeof secret !== "string" || !isSecret(secret) || "x-hook-signature" in request.headers) return null;
  return { secret, reply: { status: 200, headers: { "x-hook-secret": secret }, body: "" } };
};

/** https://developers.notion.com/reference/webhooks: one unsigned POST with the token alone. */
export const notionTells = (request: IncomingRequest): Told | null => {
  const { kind, value } = bodyOf(request);
  const secret = kind === "json" && isJsonObject(value) ? value["verification_token"] : undefined;
  if (request.method !== "POST" || typeof secret !== "string" || !isSecret(secret) || "x-notion-signature" in request.headers) return null;
  return { secret, reply: { status: 200, headers: {}, body: "" } };
};
