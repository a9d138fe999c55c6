/** How pages speak of who sends to a source: by name, or as of anybody where its kind belongs to nobody. */
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";

const kindsOfNobody = new Set([
  "none",
  "url-token",
  "basic",
  "bearer",
  "api-key",
  "hmac",
  "jwt",
  "jwt-keys",
  "standard-webhooks",
  "websub",
  "cloudevents",
]);

export const belongsToNobody = (kind: string): boolean => kindsOfNobody.has(kind);

type SenderWords = { lead: string; test: string; sendTest: string; onlyTheySign: string };

export function senderWords({ kind, label }: Pick<SourceProviderOut, "kind" | "label">): SenderWords {
  if (belongsToNobody(kind))
    return {
      lead: `Receives webhooks of any sender: ${label}.`,
      test: kind === "none" ? "Sent to this URL." : "Sent to this URL as the settings ask for it.",
      sendTest: "Send a test",
      onlyTheySign: "Only the sender has the private key that signs, so a test has to come from there.",
    };
  return {
    lead: `Receives webhooks of ${label}.`,
    test: `Sent to this URL and signed as ${label} signs.`,
    sendTest: `Send a test as ${label}`,
    onlyTheySign: `Only ${label} has the private key that signs, so a test has to come from there. Its settings have a button for it.`,
  };
}
