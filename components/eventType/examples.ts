/** The examples in an event type's JSON Schemas. */
export type Example = { version: string; /** From 1. */ number: number; /** Of the version. */ count: number; text: string };

export function examplesOf(schemas: Record<string, unknown> | null | undefined): Example[] {
  return Object.entries(schemas ?? {}).flatMap(([version, schema]) => {
    const examples = (schema as { examples?: unknown } | null)?.examples;
    const objects = Array.isArray(examples) ? (examples as unknown[]).filter(isObject) : [];
    return objects.map((example, at) => ({ version, number: at + 1, count: objects.length, text: JSON.stringify(example, null, 2) }));
  });
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
