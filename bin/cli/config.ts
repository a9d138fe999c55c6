/** `webster config`: what the settings are, with secrets hidden. */
import { readEnv } from "../../lib/env.ts";
import { givenSettings, unknownSettings } from "../../lib/givenSettings.ts";
import { sections, type Setting } from "../../lib/settings.ts";
import { CliError, type Io, print, say } from "./io.ts";

export type ConfigOptions = { all?: boolean; json?: boolean };

type Shown = { name: string; value: string | null; from: "set" | "file" | "default" | "unset" };

/** Prints the settings that are set, or all of them. Throws CliError where the configuration is not valid, after it was printed. */
export function config({ all = false, json = false }: ConfigOptions, io: Io): void {
  const rows = shown(io.environment);
  if (json) print(io, JSON.stringify(Object.fromEntries(rows.map(({ name, value, from }) => [name, { value, from }])), null, 2));
  else
    for (const [title, settings] of sections) {
      const here = rows.filter(({ name, from }) => Object.hasOwn(settings, name) && (all || from === "set" || from === "file"));
      if (here.length > 0) print(io, `# ${title}`);
      for (const { name, value, from } of here) print(io, value === null ? `# ${name} is unset` : `${name}=${value}${wordsOf(from)}`);
    }
  for (const { name, meant } of unknownSettings(io.environment))
    say(io, `${name} is no setting${meant === null ? "" : `; did you mean ${meant}?`}`);
  try {
    readEnv(io.environment);
  } catch (error) {
    throw new CliError(
      `With these settings Webster does not start:\n${(error as Error).message}`,
      "docs/settings.md explains each setting.",
      {
        cause: error,
      },
    );
  }
}

const wordsOf = (from: Shown["from"]): string => (from === "default" ? "  # default" : from === "file" ? "  # from a file" : "");

function shown(environment: Io["environment"]): Shown[] {
  const { given } = givenSettings(environment);
  return sections.flatMap(([, settings]) =>
    Object.entries<Setting>(settings).map(([name, setting]): Shown => {
      const text = given[name];
      if (text !== undefined) return { name, value: hidden(text, setting), from: environment[name]?.trim() ? "set" : "file" };
      return setting.fallback === null ? { name, value: null, from: "unset" } : { name, value: setting.fallback, from: "default" };
    }),
  );
}

/** The value without what is secret in it: all of it, or user and password of a URL. A URL that is none may be all secret. */
function hidden(text: string, { secret, kind }: Setting): string {
  if (secret === null) return text;
  if (secret === "all" || kind.read(text) === undefined) return "(hidden)";
  return text.replace(/^([\w+]+:\/\/)[^/?#]*@/, "$1(hidden)@").replaceAll(/([?&]password=)[^&#]*/gi, "$1(hidden)");
}
