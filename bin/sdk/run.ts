/** Runs each operation of the SDK, and says what became of it. */
import { applicationCalls } from "./calls/applications.ts";
import { endpointCalls } from "./calls/endpoints.ts";
import { environmentCalls } from "./calls/environment.ts";
import { ingestCalls } from "./calls/ingest.ts";
import { messageCalls } from "./calls/messages.ts";
import { streamingCalls } from "./calls/streaming.ts";
import { type Calls, type Context, openContext } from "./context.ts";
import { type SdkOperation, sdkOperations } from "./operations.ts";

/** `works`: it was called, and its answer checked. `refused`: `not_offered`, on purpose. `missing`: nothing is at its path. `wrong`: all else. */
export type State = { kind: "works" } | { kind: "refused" | "missing" | "wrong"; detail: string };

export type Result = { operation: SdkOperation; state: State };

const calls: Calls = {
  ...applicationCalls,
  ...endpointCalls,
  ...messageCalls,
  ...environmentCalls,
  ...ingestCalls,
  ...streamingCalls,
};

const together = 8;

/** The result of each operation in the SDK's order. Throws if an operation has no call here, or the other way round. */
export async function runOperations(serverUrl: string, apiKey: string): Promise<Result[]> {
  const operations = sdkOperations();
  requireSame(
    operations.map(({ name }) => name),
    Object.keys(calls),
  );
  const { context, close } = await openContext(serverUrl, apiKey);
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < operations.length; index = next++) {
      const operation = operations[index];
      if (operation !== undefined) results[index] = { operation, state: await stateOf(operation, context) };
    }
  };
  try {
    await Promise.all(Array.from({ length: together }, worker));
  } finally {
    await close();
  }
  return results;
}

async function stateOf({ name, streaming }: SdkOperation, context: Context): Promise<State> {
  try {
    await calls[name]?.(context);
    return streaming ? { kind: "wrong", detail: "Answered something other than not_offered" } : { kind: "works" };
  } catch (error) {
    const { code, body } = error as { code?: unknown; body?: unknown };
    const answer = (typeof body === "string" && body.startsWith("{") ? JSON.parse(body) : body) as
      | { code?: string; detail?: unknown }
      | undefined;
    const detail =
      answer === undefined ? messageOf(error) : typeof answer.detail === "string" ? answer.detail : JSON.stringify(answer.detail);
    if (answer?.code === "not_offered") return { kind: "refused", detail };
    if (code === 405 || (code === 404 && detail.startsWith(nothingThere))) return { kind: "missing", detail };
    return { kind: "wrong", detail: `${typeof code === "number" ? `${code} ` : ""}${detail}` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nothingThere = "There is nothing at this path";

function requireSame(operations: string[], called: string[]): void {
  const uncalled = operations.filter((name) => !called.includes(name));
  const unknown = called.filter((name) => !operations.includes(name));
  if (uncalled.length > 0) throw new Error(`The SDK has operations that are not called here: ${uncalled.join(", ")}`);
  if (unknown.length > 0) throw new Error(`Called here, but not in the SDK: ${unknown.join(", ")}`);
}
