import { awayStatuses, noteAnswer, noteMissing } from "../away.ts";

/** One failure may be a proxy's, or of one of two servers that are updated one after the other. */
const enough = 3;

/**
 * Loads a part of a page that comes later, and tries again for as long as it can't be had: rejecting would put an error in place
 * of the whole page, and of what has been typed there. Meanwhile the page says that Webster is away, or, if it answers and the
 * part is not there, that another build's pages are. Rejects if the part was loaded and does not work.
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  let failures = 0;
  for (let waitMs = 500; ; waitMs *= 2) {
    try {
      const part = await load();
      if (failures >= enough) noteMissing(-1);
      return part;
    } catch (error) {
      if (!isFailedLoad(error)) throw error;
      if ((await isReachable()) && ++failures === enough) noteMissing(1);
      const mostMs = failures < enough ? 4_000 : 30_000;
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, mostMs)));
    }
  }
}

/** Whether a script was not to be had, as the loader of Next.js's pages says it; what else fails is a part's own fault. */
export const isFailedLoad = (error: unknown): boolean => (error as Error).name === "ChunkLoadError";

async function isReachable(): Promise<boolean> {
  const { ok, status } = await fetch("/health/live", { cache: "no-store" }).catch(() => Response.error());
  if (awayStatuses.includes(status)) noteAnswer(status);
  return ok;
}
