/** A received request's headers, path and query on their way to an endpoint. */
import type { EndpointSnapshot } from "../db/applications.ts";
import { authenticationHeaderName } from "../webhooks/authentication.ts";
import { type Forward, joinTarget } from "../webhooks/forward.ts";
import { hopsHeader } from "../words/hops.ts";
import { signatureHeaderNames } from "../webhooks/signatureStyle.ts";
import type { Target } from "./send.ts";

/** Adds a received request's headers, path and query to an endpoint's own, which win, signature and credentials included. */
export function forwarding(
  target: Target,
  forward: Forward,
  { signature, authentication, presentation }: Pick<EndpointSnapshot, "signature" | "authentication" | "presentation">,
): Target {
  if (!target.ok) return target;
  const taken = new Set([
    ...target.headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()),
    ...signatureHeaderNames(signature),
  ]);
  if (authentication !== null && authentication !== "unreadable") taken.add(authenticationHeaderName(authentication) ?? "");
  taken.add(presentation.idHeader?.toLowerCase() ?? "");
  const along = forward.headers.filter(([name]) => !taken.has(name));
  // An endpoint saved before the name became Webster's own may still have a header with it.
  const own = target.headers.filter((_, i) => target.headers[i - (i % 2)]?.toLowerCase() !== hopsHeader);
  const headers = [...own, ...along.flat(), hopsHeader, String(forward.hops ?? 1)];
  return { ...target, path: joinTarget(target.path, forward), headers };
}
