/** A language of `npm run clients`: the newest SDK of its registry, and a program that calls all of it. */
export type Client = {
  /** The head of its column, such as `Python`. */
  language: string;
  /** Commands that must end well on this machine, such as `["go", "version"]`. */
  tools: string[][];
  /** Puts the SDK and the program into an empty directory. */
  install: (directory: string) => Promise<Installed>;
};

/**
 * `command` is run with `call plan.json` and with `verify cases.json`, and WEBSTER_URL and WEBSTER_TOKEN in its environment.
 * It prints one line of JSON for each operation that its SDK has, found in the SDK itself, or for each case.
 */
export type Installed = { version: string; command: string[] };

/** Calls by operation, as the SDK for JavaScript writes it: `endpoint.transformation.get`. */
export type Plan = Record<string, PlannedCall>;

/** `path`: the parameters of the path in order. `options`: by their names in camelCase; moments are ISO texts, as in `body`. */
export type PlannedCall = { path: string[]; body?: unknown; options?: Record<string, unknown>; token?: string };

export type Called = { operation: string; ok: boolean; error?: string };

/** A delivery to verify; `body` is base64. */
export type VerificationCase = { name: string; secret: string; headers: Record<string, string>; body: string };

export type Verified = { case: string; ok: boolean; error?: string };
