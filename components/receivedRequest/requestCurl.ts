import { curlBodyOf, curlOf } from "../delivery/curl.ts";
import { bodyTextOf, type Captured, isHidden } from "./captured.ts";

/** The request as it came, as a command for a POSIX shell. */
export function requestCurl(captured: Captured): string {
  const { method, url, headers, bodyBase64 } = captured;
  const kept = Object.entries(headers).map(([name, value]) => ({ name, value: isHidden(value) ? null : value }));
  return curlOf({ url, method, headers: kept, body: curlBodyOf(bodyTextOf(captured), bodyBase64) });
}
