/** The addresses of both servers. */
import { Fatal } from "./faults.ts";
import { parseUrl } from "../../lib/words/url.ts";

const regions = new Set(["us", "eu", "in", "ca", "au"]);

/** The server of Svix's cloud that knows this key: its last part names the region, as the SDKs have it. */
export function sourceUrlOf(token: string): string {
  const region = token.slice(token.lastIndexOf(".") + 1);
  return regions.has(region) ? `https://api.${region}.svix.com` : "https://api.svix.com";
}

/** The URL without a slash at the end, and without the API's own path. `name`: of the option or variable that says it. */
export function serverUrl(text: string, name: string): string {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Fatal(
      `${name} is no address: it must begin with https:// or http://.`,
      "Give the server's address, such as https://api.eu.svix.com.",
    );
  if (url.username !== "" || url.password !== "")
    throw new Fatal(`${name} holds a user name or password.`, "The keys go into SVIX_TOKEN and WEBSTER_API_KEY.");
  return `${url.origin}${url.pathname}`.replace(/\/+(api\/v1\/*)?$/, "");
}
