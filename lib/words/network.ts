/** Networks in CIDR form (RFC 4632, RFC 4291), without a library: the browser checks them in forms. */
import { parseUrl } from "./url.ts";

export function isNetwork(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return false;
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(address))
    return address.split(".").every((part) => Number(part) <= 255 && String(Number(part)) === part) && Number(length ?? 32) <= 32;
  return address.includes(":") && parseUrl(`http://[${address}]/`) !== null && Number(length ?? 128) <= 128;
}
