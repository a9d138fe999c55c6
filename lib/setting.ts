/** One setting of the table in lib/settings.ts. */
import type { Kind } from "./settingKinds.ts";

export type Setting<T = unknown> = {
  kind: Kind<T>;
  /** As it would be written; null: there is none. */
  fallback: string | null;
  /** In place of a default: what holds while it is unset. */
  unset: string;
  meaning: string;
  /** A value for .env.example, where the default does not show how one looks. */
  example: string;
  /** A value that is refused; null: there is none. */
  bad: string | null;
  /** Never shown: all of it, or the password in a URL. */
  secret: "all" | "password" | null;
};

type More = Partial<Pick<Setting, "example" | "bad" | "secret">>;

export const setting = <T>(kind: Kind<T>, fallback: string, meaning: string, more: More = {}): Setting<T> => ({
  kind,
  fallback,
  unset: "",
  meaning,
  example: fallback,
  bad: null,
  secret: null,
  ...more,
});

export const optional = <T>(kind: Kind<T>, unset: string, meaning: string, more: More = {}): Setting<T | undefined> => ({
  ...setting<T | undefined>(kind, "", meaning, { example: "", ...more }),
  fallback: null,
  unset,
});
