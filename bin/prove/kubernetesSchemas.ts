/** Kubernetes' own shapes as strict JSON Schemas, one file a kind, cut from its OpenAPI document and the operator's CRDs. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "./commands.ts";

type Schema = { [keyword: string]: unknown };
type Kind = { group: string; kind: string; version: string };
type Crd = { spec: { names: { kind: string }; group: string; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] } };

const kubernetes = "k8s.io/kubernetes@v1.33.0";
const operator = "github.com/prometheus-operator/prometheus-operator@v0.85.0";

/** The file of a kind, as kubeconform looks for it. */
export const schemaLocation = (directory: string): string => `${directory}/{{.ResourceKind}}{{.KindSuffix}}.json`;

/** Writes a schema for each kind into a directory, and answers how many. */
export function writeSchemas(directory: string): number {
  const document = join(moduleDirectory(kubernetes), "api/openapi-spec/swagger.json");
  const { definitions } = JSON.parse(readFileSync(document, "utf8")) as { definitions: Record<string, Schema> };
  const strict = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, shapes[name] ?? strictly(schema)]));
  let count = 0;
  const write = (kind: Kind, schema: Schema): void => {
    count++;
    const suffix = [kind.group.split(".")[0], kind.version].filter((part) => part !== "").join("-");
    writeFileSync(join(directory, `${kind.kind.toLowerCase()}-${suffix}.json`), JSON.stringify(schema));
  };
  for (const [name, schema] of Object.entries(definitions))
    for (const kind of (schema["x-kubernetes-group-version-kind"] as Kind[] | undefined) ?? [])
      write(kind, { ...strict[name], definitions: reachable(strict, name) });
  for (const crd of customResources())
    for (const { name, schema } of crd.spec.versions)
      write({ group: crd.spec.group, kind: crd.spec.names.kind, version: name }, strictly(schema.openAPIV3Schema));
  return count;
}

/** What is more than the document says of it: a number or a text. */
const shapes: Record<string, Schema> = {
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["string", "integer"] },
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] },
};

function moduleDirectory(module: string): string {
  const { Dir } = JSON.parse(run("go", ["mod", "download", "-json", module])) as { Dir: string };
  return Dir;
}

function customResources(): Crd[] {
  const directory = join(moduleDirectory(operator), "example/prometheus-operator-crd");
  return readdirSync(directory)
    .filter((name) => /_(servicemonitors|prometheusrules)\.yaml$/.test(name))
    .map((name) => parse(readFileSync(join(directory, name), "utf8")) as Crd);
}

/** The same, but an object has no members that it does not name. */
function strictly(value: unknown): Schema {
  if (Array.isArray(value)) return value.map(strictly) as unknown as Schema;
  if (typeof value !== "object" || value === null) return value as Schema;
  const schema = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, strictly(part)])) as Schema;
  if (schema["x-kubernetes-int-or-string"] === true) return shapes["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] as Schema;
  const isObject = typeof schema["properties"] === "object" && schema["type"] === "object";
  // An object's metadata is told of in no CRD.
  const isOpen = schema["additionalProperties"] !== undefined || schema["x-kubernetes-preserve-unknown-fields"] === true;
  return isObject && !isOpen ? { ...schema, additionalProperties: false } : schema;
}

/** Of all definitions those that one of them names, and those name. */
function reachable(definitions: Record<string, Schema>, from: string): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const waiting = [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = definitions[name];
    if (schema === undefined || found[name] !== undefined) continue;
    found[name] = schema;
    for (const [, next = ""] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) waiting.push(next);
  }
  return found;
}
