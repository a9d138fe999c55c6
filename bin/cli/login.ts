/** `webster login`: a key is asked for without being shown, tried, and kept in the file of profiles. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { clientOf } from "./client.ts";
import { CliError, type Io, print, readAll, say } from "./io.ts";
import { profilesPath, readProfiles, writeProfiles } from "./profiles.ts";
import { given, originOf, targetOf, type TargetOptions } from "./target.ts";

type Whoami = { envId?: string; appId?: string | null };

export async function login({ server, apiKey, profile = "default" }: TargetOptions, io: Io): Promise<void> {
  const profiles = readProfiles(io);
  const url = originOf(server ?? given(io, "WEBSTER_URL") ?? profiles.profiles[profile]?.url ?? "http://127.0.0.1:3000");
  const key = (apiKey ?? (await askForKey(url, io))).trim();
  if (key === "") throw new CliError("No key was given.", "Make one in the dashboard under API keys, and paste it here.");
  if (!/^[\u0021-\u007e]+$/.test(key))
    throw new CliError("That is no API key: it holds spaces or letters beyond ASCII.", "Paste the key alone.");
  const { envId, appId } = await clientOf({
    url,
    apiKey: key,
    newKey: "Paste one that this server knows; they are made in its dashboard under API keys",
  })<Whoami>("GET", "/auth/whoami");
  writeProfiles(io, { ...profiles, current: profile, profiles: { ...profiles.profiles, [profile]: { url, apiKey: key } } });
  say(
    io,
    `Signed in to ${url}${envId === undefined ? "" : ` (${appId ?? envId})`}; the key is in ${profilesPath(io)}, profile "${profile}".`,
  );
}

export function logout({ profile }: TargetOptions, io: Io): void {
  const { current, profiles, ...others } = readProfiles(io);
  const name = profile ?? current;
  if (profiles[name] === undefined) throw new CliError(`There is no profile "${name}".`, "webster profiles shows which there are");
  const { [name]: _gone, ...left } = profiles;
  writeProfiles(io, { ...others, profiles: left, current: current === name ? (Object.keys(left)[0] ?? "default") : current });
  say(io, `Profile "${name}" is gone. The key itself still works: it is revoked in the dashboard under API keys.`);
}

export function listProfiles(io: Io): void {
  const { current, profiles } = readProfiles(io);
  if (Object.keys(profiles).length === 0) say(io, "There are no profiles yet: webster login");
  for (const [name, { url }] of Object.entries(profiles)) print(io, `${name === current ? "*" : " "} ${name}  ${url}`);
}

export async function whoami(options: TargetOptions, io: Io): Promise<void> {
  const target = targetOf(options, io);
  const { envId = "", appId } = await clientOf(target)<Whoami>("GET", "/auth/whoami");
  print(io, [target.url, envId, appId ?? ""].filter(Boolean).join("  "));
}

/** Asks for a key: from a pipe as it is; at a terminal nothing of it is shown. */
async function askForKey(url: string, io: Io): Promise<string> {
  if (io.stdin.isTTY !== true) return (await readAll(io.stdin)).toString();
  io.err(`API key for ${url} (it is not shown): `);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: io.stdin, output: hidden, terminal: true });
  try {
    return await lines.question("", { signal: io.stop });
  } catch (error) {
    throw new CliError("Nothing was changed.", "webster login starts again", { cause: error });
  } finally {
    lines.close();
    io.err("\n");
  }
}
