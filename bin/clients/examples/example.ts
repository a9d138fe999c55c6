/** One call of an operation, in no language. */
export type Example = {
  /**
   * Method and path. `{app}` and its like stand for something that is made for this call alone (fixtures.ts);
   * they may stand in texts of `body` and `options` too.
   */
  request: string;
  body?: unknown;
  /** Options by their names in camelCase. */
  options?: Record<string, unknown>;
  /** Called with the token of a portal of `{app}`, not with the API key. */
  as?: "portal";
  /** The names in SDKs of version 1, where those are others. */
  older?: string[];
};

/** Examples by the name in the newest SDK for JavaScript. Endpoints' members have their older names beside the new: each SDK takes its own. */
export type Examples = Record<string, Example>;
