/** Whether a value of JSON.parse is an object. Of bodies that keep their numbers' digits: `isJsonObject` of lib/webhooks/body/json.ts. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
