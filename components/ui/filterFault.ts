import { ApiError } from "../api.ts";

/** Which filter the API can't take, in the query's spelling, and why; `type`: the kind of fault. Null: it doesn't say. */
export type FilterFaultOf = { name: string | null; text: string; type: string | null };

/** What is wrong with the filters of a list; null: they are not why it failed. Of a thing that is not there the API says what it is. */
export function filterFaultOf(error: Error | null): FilterFaultOf | null {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 404) {
    const noun = /^(\w+) not found$/.exec(error.detail)?.[1]?.toLowerCase();
    return {
      name: noun === undefined ? null : `${noun}_id`,
      text: noun === undefined ? error.detail : `There is no such ${noun}`,
      type: null,
    };
  }
  if (error.status !== 422 && error.status !== 400) return null;
  const [issue] = error.issues;
  return { name: issue?.loc[1] ?? null, text: issue?.msg ?? error.detail, type: issue?.type ?? null };
}
