import type { AuditEntryOut, AuditTarget } from "../../lib/contract/auditEntry.ts";

export const targetWords: Record<AuditTarget, string> = {
  organization: "Organization",
  environment: "Environment",
  member: "Member",
  invitation: "Invitation",
  user: "Account",
  apiKey: "API key",
  application: "Application",
  endpoint: "Endpoint",
  destination: "Destination",
  secret: "Secret",
  eventType: "Event type",
  message: "Message",
  delivery: "Delivery",
  portal: "Portal",
  backgroundTask: "Background task",
  inbox: "Inbox",
  source: "Source",
  receivedRequest: "Received request",
  integration: "Integration",
  connector: "Connector",
  autoconfig: "AutoConfig",
  savedView: "Saved view",
  incident: "Incident",
  alertChannel: "Alert channel",
};

export const actorWords: Record<AuditEntryOut["actorKind"], string> = {
  member: "Member",
  apiKey: "API key",
  portal: "Portal",
  system: "Webster",
};

/** `member.roleChanged` → "Member: role changed" */
export function actionWords({ action, targetKind }: Pick<AuditEntryOut, "action" | "targetKind">): string {
  const verb = action.slice(action.indexOf(".") + 1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${targetWords[targetKind]}: ${verb}`;
}

export type Change = { field: string; from: string | null; to: string };

/** Each changed field in words; `from` is null where only the new value is known. */
export const changesOf = (changes: Record<string, unknown>): Change[] =>
  Object.entries(changes).map(([field, value]) =>
    isPair(value) ? { field, from: textOf(value.from), to: textOf(value.to) } : { field, from: null, to: textOf(value) },
  );

const isPair = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === "object" && value !== null && Object.keys(value).toSorted().join() === "from,to";

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.length === 0 ? "–" : value.join(", ");
  return JSON.stringify(value);
}
