/** The settings of the Webster that a command is for, which are those that its servers start with. */
import { type Env, readEnv } from "../../lib/env.ts";
import { CliError, type Io } from "./io.ts";

/** Throws CliError where they are not valid. */
export function settingsOf(io: Io): Env {
  try {
    return readEnv(io.environment);
  } catch (error) {
    throw new CliError((error as Error).message, "docs/settings.md explains each setting; webster config prints them.", { cause: error });
  }
}
