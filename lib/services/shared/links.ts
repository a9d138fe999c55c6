/** Links into our own pages. What they carry stands behind the #, so that it reaches no server's log and no Referer. */
import { env, reachableUrl } from "../../env.ts";

export const pageUrl = (path: string): string => reachableUrl(env()) + path;
