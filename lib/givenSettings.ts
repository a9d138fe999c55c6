/** What an environment sets: the texts of settings, those that stand in files, and what was probably misspelt. */
import { readFileSync } from "node:fs";
import { type Setting, type SettingName, settings } from "./settings.ts";

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settings, name);

/** Whether a setting may be given as a file, as containers get their secrets. */
const isSecret = (name: string): boolean => isSettingName(name) && (settings[name] as Setting).secret !== null;

/**
 * What is set. An empty variable counts as unset: that is what `FOO=` in a compose file means. A secret may stand in the
 * file that NAME_FILE names.
 */
export function givenSettings(source: Record<string, string | undefined>): { given: Record<string, string>; faults: string[] } {
  const set = Object.entries(source).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== "");
  const given = Object.fromEntries(set);
  const faults = set.flatMap(([variable, path]) => {
    const name = variable.replace(/_FILE$/, "");
    if (name === variable || !isSecret(name)) return [];
    if (given[name] !== undefined) return [`${name} and ${variable}: set one of them`];
    try {
      given[name] = readFileSync(path.trim(), "utf8").trim();
      return given[name] === "" ? [`${variable}: the file ${path} is empty`] : [];
    } catch (error) {
      return [`${variable}: ${(error as Error).message}`];
    }
  });
  return { given, faults };
}

/**
 * Variables that look like settings but are none, each with the setting that was probably meant. Those that Kubernetes sets
 * for a Service named "webster" are left out.
 */
export function unknownSettings(source: Record<string, string | undefined>): { name: string; meant: string | null }[] {
  return Object.entries(source)
    .filter(([name]) => name.startsWith("WEBSTER_") && !isSettingName(name) && !(name.endsWith("_FILE") && isSecret(name.slice(0, -5))))
    .filter(([name, value]) => !isOfKubernetes(name, value ?? "") && !ofOtherPrograms.has(name))
    .map(([name]) => ({ name, meant: nearest(name) }));
}

const isOfKubernetes = (name: string, value: string): boolean =>
  name === "WEBSTER_PORT" ? value.includes("://") : /^WEBSTER_(SERVICE_(HOST|PORT)|PORT_\d)/.test(name);

/** What the command line and the tests read for themselves. */
const ofOtherPrograms = new Set(["WEBSTER_PROFILE", "WEBSTER_PROFILES", "WEBSTER_ORACLES", "WEBSTER_TOKEN"]);

const nearest = (name: string): string | null => {
  const bare = name.replace(/^WEBSTER_/, "");
  if (isSettingName(bare)) return bare;
  const [best] = Object.keys(settings)
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .toSorted((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= 3 ? best.known : null;
};

/** How many letters must be put in, taken out or changed (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
