/**
 * Schemas that are asked often, compiled by zod. What is answered stays the same: whatever the compiled one doesn't take goes through
 * the schema as it is, which also names the issues.
 */
import * as z from "zod/mini";

type Use = { times: number; compiled: z.ZodMiniType | null };

const uses = new WeakMap<z.ZodMiniType, Use>();

/** To compile takes up to eight milliseconds, mostly a third of one, which few operations ever earn. */
export const compiledAfter = 100;

export function oftenCompiled<T extends z.ZodMiniType>(schema: T): T {
  let use = uses.get(schema);
  if (use === undefined) uses.set(schema, (use = { times: 0, compiled: null }));
  if (use.compiled === null && ++use.times >= compiledAfter) use.compiled = z.compile(withoutWords(schema));
  return (use.compiled ?? schema) as T;
}

/** zod compiles no schema that is described by a check, as all of the contract are. */
function withoutWords(schema: z.ZodMiniType): z.ZodMiniType {
  const { def } = schema._zod as { def: z.core.$ZodTypeDef };
  const checks = (def.checks ?? []).filter((check) => check._zod.def.check !== "meta");
  return z.clone(schema, { ...def, checks });
}
