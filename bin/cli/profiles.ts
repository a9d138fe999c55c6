/** The file of profiles: servers with their API keys, for nobody's eyes but its owner's. */
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod/mini";
import { makeDirectory } from "../../lib/makeDirectory.ts";
import { CliError, type Io } from "./io.ts";

const Profile = z.object({ url: z.string(), apiKey: z.string() });
const File = z.object({
  /** The profile that counts when none is named. */
  current: z._default(z.string(), "default"),
  profiles: z._default(z.record(z.string(), Profile), {}),
  /** The secret of the tokens by which relays know this machine: the same command has the same URL again. */
  listenSecret: z.optional(z.string()),
});
export type Profile = z.output<typeof Profile>;
export type Profiles = z.output<typeof File>;

export const profilesPath = ({ environment }: Io): string =>
  environment["WEBSTER_PROFILES"] ?? join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "webster", "profiles.json");

/** The profiles in the file; empty where there is no file. */
export function readProfiles(io: Io): Profiles {
  const path = profilesPath(io);
  const remedy = `Correct or delete ${path}, then: webster login`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return File.parse({});
    throw new CliError(`The profiles can't be read: ${(error as Error).message}`, `Make ${path} readable for you.`);
  }
  try {
    return File.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError("The file of profiles is damaged.", remedy, { cause: error });
  }
}

export function writeProfiles(io: Io, profiles: Profiles): void {
  const path = profilesPath(io);
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    makeDirectory(dirname(path), 0o700);
    // The file is written whole or not at all, and never readable for others in between.
    writeFileSync(temporary, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch (error) {
    throw new CliError(
      `The profiles can't be written: ${(error as Error).message}`,
      `Make ${dirname(path)} writable for you, or name another file in WEBSTER_PROFILES.`,
    );
  }
}

export function listenSecretOf(io: Io): string {
  const profiles = readProfiles(io);
  if (profiles.listenSecret !== undefined) return profiles.listenSecret;
  const listenSecret = randomBytes(24).toString("base64url");
  writeProfiles(io, { ...profiles, listenSecret });
  return listenSecret;
}
