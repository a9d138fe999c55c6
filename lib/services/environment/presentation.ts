/** How requests present themselves: what may be set, and when engines must be told. */
import type { EnvironmentSettings } from "../../contract/environmentSettings.ts";
import { invalid } from "../../errors.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { faultOfName } from "../../webhooks/headers.ts";

type Wanted = { [Name in keyof EnvironmentSettings]?: EnvironmentSettings[Name] | undefined };

/** Settings that each endpoint's snapshot holds. */
const ofSnapshots = ["svixHeaders", "userAgent", "idHeader", "traceHeaders"] as const;

/** Whether engines and caches must learn of a change of these. */
export const concernsSnapshots = (wanted: Wanted): boolean => ofSnapshots.some((name) => wanted[name] !== undefined);

/** Throws a validation error if the header can't have the id of an attempt. `at`: where the settings stand in the request. */
export function requireIdHeader({ idHeader }: Wanted, at: string[]): void {
  if (idHeader === null || idHeader === undefined) return;
  const fault = faultOfName(idHeader) ?? (hasMeaning(idHeader) ? "has another meaning to receivers" : null);
  if (fault !== null) throw invalid([...at, "idHeader"], `${idHeader} ${fault}`);
}

/** Content-… describes the body; credentials, negotiation and signatures of other styles are what receivers act by. */
const hasMeaning = (name: string): boolean =>
  isCredential(name) ||
  /^(content-|accept|if-|access-control-|range$|origin$|referer$|from$|prefer$|idempotency-key$|priority$)|signature/i.test(name);
