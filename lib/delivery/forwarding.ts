/** A received request's headers, path and query on their way to an endpoint. */
import type { EndpointSnapshot } from "../db/applications.ts";
import { authenticationHeaderName } from "../webhooks/authentication.ts";
import { type Forward, hopsHeader, joinTarget } from "../webhooks/forward.ts";
import { signatureHeaderNames } from "../webhooks/signatureStyle.ts";
import type { Target } from "./send.ts";

/** What the endpoint is sent of its own, signature and credentials included, wins. */
export function forwarding(
  target: Target,
  forward: Forward,
  { signature, authentication }: Pick<EndpointSnapshot, "signature" | "authentication">,
): Target {
  if (!target.ok) return target;
  const taken = new Set([
    ...target.headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()),
    ...signatureHeaderNames(signature),
  ]);
  if (authentication !== null && authentication !== "unreadable") taken.add(authenticationHeaderName(authentication) ?? "");
  const along = forward.headers.filter(([name]) => !taken.has(name));
  // Whatever the endpoint was given by hand before the name was Webster's own.
  const own = target.headers.filter((_, i) => target.headers[i - (i % 2)]?.toLowerCase() !== hopsHeader);
  const headers = [...own, ...along.flat(), hopsHeader, String(forward.hops ?? 1)];
  return { ...target, path: joinTarget(target.path, forward), headers };
}
