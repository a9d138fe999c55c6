import { curlOf, quote } from "../delivery/curl.ts";
import { bodyTextOf, type Captured, isHidden } from "./captured.ts";

/** What one argument of a program may hold on Linux is 128 KiB; the shell's own echo knows no such limit. */
const maximumArgumentLength = 60_000;

/** The request as it came, as a command for a POSIX shell. */
export function requestCurl(captured: Captured): string {
  const { method, url, headers, bodyBase64 } = captured;
  const text = bodyTextOf(captured);
  const inPlace = text !== null && text.length <= maximumArgumentLength;
  const kept = Object.entries(headers).map(([name, value]) => ({ name, value: isHidden(value) ? null : value }));
  // Left to itself, curl calls every body a form.
  const without = "content-type" in headers ? [] : ["content-type"];
  const command = curlOf({ url, headers: kept, payload: inPlace ? text : "", without });
  const withMethod = method === "POST" ? command : command.replace(/^curl /, `curl -X ${quote(method)} `);
  if (inPlace) return withMethod;
  return `echo ${quote(bodyBase64)} | base64 -d | \\\n${withMethod.replace(/ {2}--data-raw ''$/, "  --data-binary @-")}`;
}
