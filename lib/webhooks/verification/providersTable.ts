/** The table of providers as docs/providers.md shows it: made of the rows, so that it says what is done. */
import { identityInWords } from "./identity.ts";
import type { HandshakeKind, Provider } from "./row.ts";
import { providers } from "./table.ts";
import type { Locator, Recipe } from "./types.ts";

const columns = ["Provider", "`provider`", "Verified by", "Event type from", "The same event by", "Asks first", "Answers"] as const;

export function providersTable(): string {
  const rows = Object.entries(providers).map(([kind, provider]) => cellsOf(kind, provider));
  const lines = [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `# Providers

Made by \`npm run docs:providers\` from the table that verifies. What has no name of an event is never taken for a duplicate of
another, unless the source's \`dedupe\` says so. A request with several events is one message, of the first one's type. Everything that is accepted is answered 200 with nothing, if not said otherwise.

${lines.join("\n")}
`;
}

function cellsOf(kind: string, row: Provider): string[] {
  const name = row.docsUrl === "" ? row.label : `[${row.label}](${row.docsUrl})`;
  return [name, `\`${kind}\``, verifiedBy(row), placesOf(row.eventType), identityInWords(row.identity) ?? "–", asksOf(row), answersOf(row)];
}

function verifiedBy({ scheme, verifiedBy: told }: Provider): string {
  if (told !== undefined) return told;
  if (scheme.recipe === null) return scheme.asymmetric ? "its public key" : "its secret, in a way of its own";
  return recipeInWords(scheme.recipe);
}

function recipeInWords({
  place,
  name,
  prefix,
  hash,
  encoding,
  content,
  timestampHeader,
  timestampName,
  signatureName,
  separator,
}: Recipe): string {
  if (place === "standard") return `Standard Webhooks, \`${name}-*\``;
  const where =
    place === "query"
      ? `\`?${name}=\``
      : place === "pairs"
        ? `\`${name}: ${timestampName}=…${separator}${signatureName}=…\``
        : `\`${name}${prefix === "" ? "" : `: ${prefix}…`}\``;
  if (hash === null) return `the secret itself, ${where}`;
  const time = timestampHeader === null ? "" : `, time in \`${timestampHeader}\``;
  return `HMAC ${hash.toUpperCase().replace("SHA", "SHA-")}, ${encoding}, of \`${content}\`: ${where}${time}`;
}

const placesOf = (places: readonly Locator[]): string =>
  places
    .map((place) => {
      const colon = place.indexOf(":");
      const [kind, name] = [place.slice(0, colon), place.slice(colon + 1)];
      if (kind === "fixed") return `always \`${name}\``;
      if (kind === "beside" && name === "") return "the name of its only member";
      if (kind === "beside") return `what stands beside \`${name}\``;
      if (kind === "joined")
        return name
          .split(",")
          .map((part) => `\`${part}\``)
          .join(" and ");
      return kind === "body" ? `\`${name}\`` : `${kind} \`${name}\``;
    })
    .join(", else ");

const questions: Record<HandshakeKind, string> = {
  "adobe-sign": "GET with its client id: shown back",
  cloudevents: "OPTIONS: may it send, and how often",
  discord: "PING",
  dropbox: "GET `challenge`",
  intercom: "HEAD",
  meta: "GET `hub.challenge`, with the verify token",
  "microsoft-graph": "POST `validationToken`",
  slack: "`url_verification`, signed; `ssl_check`",
  websub: "GET `hub.challenge`, for the topic",
  x: "GET `crc_token`",
  zoom: "`endpoint.url_validation`, signed",
};

function asksOf({ handshake, fields }: Provider): string {
  if (handshake === undefined) return "–";
  if (typeof handshake === "string") return questions[handshake];
  return fields.some(({ name }) => name === "challengeFrom") ? "a challenge, as set" : "a question of its own";
}

function answersOf({ rejectedStatus, acceptedReply }: Provider): string {
  const accepted =
    acceptedReply === undefined ? "" : `accepted ${acceptedReply.status}${acceptedReply.body === "" ? "" : ` \`${acceptedReply.body}\``}, `;
  return `${accepted}rejected ${rejectedStatus}`;
}
