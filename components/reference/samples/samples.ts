/** One call of an operation in curl and five languages: through the official SDK where it has the operation, else by plain HTTP. */
import type { Parameter } from "../document.ts";
import { type Example, toJson } from "../example.ts";
import { type Language, languages } from "../languages.ts";
import { sdkOperations } from "../sdkOperations.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { typescript } from "./typescript.ts";

export type Sample = { language: Language; code: string };

export type SampleRequest = {
  method: string;
  path: string;
  serverUrl: string;
  /** The parameters of the query that are required. */
  query: Parameter[];
  /** The body's model. */
  model: string | null;
  body: Example | null;
};

export type Call = SampleRequest & {
  url: string;
  /** Indented by two; null: no body. */
  json: string | null;
  /** How the SDKs call it; null: they don't. */
  sdk: { resources: string[]; method: string; parameters: string[]; model: string | null; takesOptions: boolean } | null;
};

export function samplesOf(request: SampleRequest): Sample[] {
  const call = callOf(request);
  const writers: Record<Language, (call: Call) => string> = {
    curl,
    TypeScript: typescript,
    Python: python,
    Go: go,
    Ruby: ruby,
    "C#": csharp,
  };
  return languages.map((language) => ({ language, code: writers[language](call) }));
}

function callOf(request: SampleRequest): Call {
  const { method, path, serverUrl, query, body } = request;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const search = query.map(({ name }) => `${name}=${name}`).join("&");
  const url = serverUrl + path.replaceAll(/\{(\w+)\}/g, "$1") + (search && `?${search}`);
  const json = body === null ? null : JSON.stringify(toJson(body), null, 2);
  const [name = "", model = "-", options] = sdkOperations[`${method} ${path}`]?.split(" ") ?? [];
  const resources = name.split(".");
  const sdkMethod = resources.pop() ?? "";
  const takesBody = body === null || model !== "-";
  const sdk =
    name === "" || !takesBody
      ? null
      : { resources, method: sdkMethod, parameters, model: body === null ? null : model, takesOptions: options === "options" };
  return { ...request, url, json, sdk };
}

function curl({ method, url, json }: Call): string {
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}"${url}"`, `-H "Authorization: Bearer $WEBSTER_API_KEY"`];
  if (json !== null) lines.push('-H "Content-Type: application/json"', `-d '${json.replaceAll("'", "'\\''")}'`);
  return lines.join(" \\\n  ");
}
