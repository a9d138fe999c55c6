/**
 * How much the quarantine of each environment holds, so that a flood of forged requests does not fill the disk. The
 * statements that store and release keep the count; this process adds what it has stored since it last read it.
 */
import { env } from "../env.ts";
import { singleton } from "../singleton.ts";
import { LRUCache } from "lru-cache";
import { quarantinedBytes } from "./sql/received/quarantine.ts";

/** The count is read again after so long, because other processes store and release as well. */
const askedAgainMs = 1_000;
const maximumEnvironments = 20_000;

type Usage = { bytes: number; askedMs: number };

const usages = (): LRUCache<string, Usage> => singleton("quarantineUsage", () => new LRUCache<string, Usage>({ max: maximumEnvironments }));

export async function isQuarantineFull(environmentId: string): Promise<boolean> {
  const known = usages().get(environmentId);
  if (known !== undefined && performance.now() - known.askedMs < askedAgainMs) return known.bytes >= env().quarantineBytes;
  const usage = { bytes: await quarantinedBytes(environmentId), askedMs: performance.now() };
  usages().set(environmentId, usage);
  return usage.bytes >= env().quarantineBytes;
}

/** Counts a request that is about to be stored. */
export function noteQuarantined(environmentId: string, bytes: number): void {
  const known = usages().get(environmentId);
  if (known !== undefined) known.bytes += bytes;
}
