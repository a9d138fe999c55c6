/** The server that a command is for, and the key for it. */
import { CliError, type Io } from "./io.ts";
import { readProfiles } from "./profiles.ts";
import { parseUrl } from "../../lib/words/url.ts";

export type TargetOptions = { server?: string; apiKey?: string; profile?: string };

/**
 * `url` without a slash at the end. `keyIsFor`: the server that the environment's key is for, if that is another one. `newKey`: what
 * to do where the key is refused.
 */
export type Target = { url: string; apiKey: string | null; keyIsFor?: string; newKey: string };

const usualUrl = "http://127.0.0.1:3000";

/**
 * The server of a command. A flag counts before the environment (WEBSTER_URL, WEBSTER_API_KEY), before the profile; a named profile
 * counts before the environment too. A profile's key is sent to its own server only, and so is that of an environment which names one.
 */
export function targetOf({ server, apiKey, profile }: TargetOptions, io: Io): Target {
  const named = profile ?? given(io, "WEBSTER_PROFILE");
  const { current, profiles } = readProfiles(io);
  const found = profiles[named ?? current];
  if (named !== undefined && found === undefined)
    throw new CliError(`There is no profile "${named}".`, `webster login --profile ${named}${names(Object.keys(profiles))}`);
  const fromEnvironment = given(io, "WEBSTER_URL");
  const url = originOf(server ?? (named === undefined ? (fromEnvironment ?? found?.url) : found?.url) ?? usualUrl);
  const ownKey = found !== undefined && originOf(found.url) === url ? found.apiKey : undefined;
  const serverOfEnvironment = fromEnvironment === undefined ? url : originOf(fromEnvironment);
  const keyOfAny = given(io, "WEBSTER_API_KEY");
  const keyOfEnvironment = serverOfEnvironment === url ? keyOfAny : undefined;
  const kept = named === undefined ? (keyOfEnvironment ?? ownKey) : (ownKey ?? keyOfEnvironment);
  const isWithheld = keyOfAny !== undefined && serverOfEnvironment !== url;
  const newKey =
    apiKey !== undefined
      ? "Give another one with --api-key; keys are made in the dashboard under API keys"
      : kept !== undefined && kept === keyOfEnvironment
        ? "It is the one in WEBSTER_API_KEY, which counts before `webster login`: set it anew, or unset it"
        : `Sign in again: webster login --profile ${named ?? current}`;
  return { url, apiKey: apiKey ?? kept ?? null, newKey, ...(isWithheld ? { keyIsFor: serverOfEnvironment } : {}) };
}

/** A variable of the environment; an empty one counts as unset, as it does for the server. */
export const given = ({ environment }: Io, name: string): string | undefined => environment[name]?.trim() || undefined;

const names = (known: string[]): string => (known.length === 0 ? "" : `, or one of: ${known.join(", ")}`);

/** The server's URL without a slash at the end, and without the API's own path, which some paste along. */
export function originOf(text: string): string {
  // On this machine nobody has TLS; everywhere else a key is sent by nothing less, unless it is said.
  const scheme = /^(localhost|127\.[\d.]+|\[::1\])(?=[:/]|$)/i.test(text) ? "http" : "https";
  const parsed = parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `${scheme}://${text}`);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new CliError(`"${text}" is no address of a server.`, "Give it as https://webhooks.example.com");
  const { origin, pathname } = parsed;
  return origin + pathname.replace(/\/(api(\/v1)?\/?)?$/, "");
}
