/** Requests and models of the published svix SDKs, read from their own source: so no model and no member of one is forgotten. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type SdkName = "svix" | "svix-v1";

/** `path` with `{}` for each parameter; `body` and `answer` are names of models. */
export type SdkRequest = { method: string; path: string; body: string | null; answer: string | null };

export type SdkMember = { name: string; optional: boolean; nullable: boolean };

/** Every request that the SDK can make, but those of streaming, which is not offered. */
export function sdkRequests(sdk: SdkName): SdkRequest[] {
  const directory = join(sourceOf(sdk), "api");
  const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  return texts.flatMap((text) => text.split("new SvixRequest(").slice(1).map(requestIn)).filter(({ path }) => !path.includes("/stream"));
}

/** The members of a model; of a union those that any of its kinds has. */
export function membersOf(sdk: SdkName, model: string): SdkMember[] {
  const text = readFileSync(join(sourceOf(sdk), "models", `${model[0]?.toLowerCase()}${model.slice(1)}.ts`), "utf8");
  const members = new Map<string, SdkMember>();
  for (const [, body = ""] of text.matchAll(/^(?:export )?interface \w+ \{\n([^]*?)^\}/gm))
    for (const [, name = "", mark = "", type = ""] of body.matchAll(/^ {2}(\w+)(\??):([^;]*);/gm)) {
      const known = members.get(name);
      const nullable = type.endsWith("| null");
      members.set(name, { name, optional: mark === "?" || known?.optional === true, nullable: nullable || known?.nullable === true });
    }
  return [...members.values()];
}

/** A path in the form of `sdkRequests`. */
export const withoutNames = (path: string): string => path.replaceAll(/\{\w+\}/g, "{}");

function requestIn(text: string): SdkRequest {
  const [, method = "", path = ""] = /HttpMethod\.(\w+),\s*"([^"]+)"/.exec(text) ?? [];
  const body = /(\w+)Serializer\._toJsonObject\(/.exec(text)?.[1] ?? null;
  const answer = /request\.send\([^;]*?(\w+)Serializer\._fromJsonObject/.exec(text)?.[1] ?? null;
  return { method, path: withoutNames(path), body, answer };
}

const sourceOf = (sdk: SdkName): string => join(dirname(fileURLToPath(import.meta.resolve(sdk))), "../src");
