import { curlOf, quote } from "../delivery/curl.ts";
import type { Captured } from "./fixtures.ts";

/** The request as it came, as a command for a POSIX shell. */
export function requestCurl({ method, url, headers, bodyBase64, bodyText }: Captured): string {
  const kept = Object.entries(headers).map(([name, value]) => ({ name, value: value.includes("•••") ? null : value }));
  const command = curlOf({ url, headers: kept, payload: bodyText ?? "" });
  const withMethod = method === "POST" ? command : command.replace(/^curl /, `curl -X ${quote(method)} `);
  if (bodyText !== null) return withMethod;
  return `echo ${quote(bodyBase64)} | base64 -d | \\\n${withMethod.replace(/ {2}--data-raw ''$/, "  --data-binary @-")}`;
}
