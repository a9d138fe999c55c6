/** The headers that a provider sends besides its signature: some of its own libraries refuse a request without them. */
import type { Draft, Settings } from "./types.ts";

/**
 * Values as a row tells them: `{event}` and `{id}` are the event's, `{s}`, `{ms}` and `{time}` (RFC 3339) the moment, and all
 * other names in braces are those of settings.
 */
export type SentHeaders = Readonly<Record<string, string>>;

export function sentHeaders(headers: SentHeaders, draft: Draft, event: string, settings: Settings): Record<string, string> {
  const words: Record<string, string> = {
    ...settings,
    event,
    id: draft.id,
    s: String(Math.floor(draft.nowMs / 1000)),
    ms: String(Math.floor(draft.nowMs)),
    time: new Date(draft.nowMs).toISOString(),
  };
  const filled = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(words, name) ? (words[name] ?? "") : whole));
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)]));
}
