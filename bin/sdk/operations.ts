/** The operations of the official SDK, read from its own source, so that none can be forgotten. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** `name`: how the SDK's user writes it, such as `endpoint.transformation.get`. */
export type SdkOperation = { name: string; method: string; path: string; streaming: boolean };

const source = join(dirname(fileURLToPath(import.meta.resolve("svix"))), "../src");

/** Every method of the `Svix` class and of what hangs on it that makes a request. */
export const sdkOperations = (): SdkOperation[] => operationsBelow(readFileSync(join(source, "index.ts"), "utf8"), "");

function operationsBelow(text: string, prefix: string): SdkOperation[] {
  const own = [...text.matchAll(/public (?:async )?(\w+)\((?:(?!public )[^])*?HttpMethod\.(\w+),\s*"([^"]+)"/g)].map(
    ([, name = "", method = "", path = ""]) => ({ name: prefix + name, method, path, streaming: /^\/api\/v1\/(auth\/)?stream/.test(path) }),
  );
  const below = [...text.matchAll(/public get (\w+)\(\) \{\s*return new (\w+)\(/g)].flatMap(([, name = "", className = ""]) =>
    operationsBelow(
      readFileSync(join(source, "api", `${className[0]?.toLowerCase()}${className.slice(1)}.ts`), "utf8"),
      `${prefix}${name}.`,
    ),
  );
  return [...own, ...below];
}
