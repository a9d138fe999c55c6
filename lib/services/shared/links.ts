/** Links into our own pages. What they carry stands behind the #, so that it reaches no server's log and no Referer. */
import { env } from "../../env.ts";

export function pageUrl(path: string): string {
  const { publicUrl, host, port } = env();
  return `${publicUrl ?? `http://${host}:${port}`}${path}`;
}
