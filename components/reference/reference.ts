/** The reference's content, made of the OpenAPI document: sections by tag, each operation with its fields and examples. */
import { type DocumentOperation, type OpenApi, type Parameter, type Response, type Schema, modelOf } from "./document.ts";
import { bodyExample } from "./example.ts";
import { type Sample, samplesOf } from "./samples/samples.ts";

export type ReferenceOperation = {
  /** The operation's name in the address: `message.create`. */
  anchor: string;
  operationId: string;
  method: string;
  path: string;
  summary: string;
  paragraphs: string[];
  parameters: Parameter[];
  body: { schema: Schema; required: boolean } | null;
  responses: { status: string; response: Response; schema: Schema | null }[];
  /** Calls in each language. None: only the dashboard calls it, with a member's session. */
  samples: Sample[];
};

export type ReferenceSection = { slug: string; name: string; operations: ReferenceOperation[] };

/** An operation as the list beside shows it. */
export type Entry = { href: string; method: string; path: string; summary: string; anchor: string };
export type Chapter = { slug: string; name: string; entries: Entry[] };

export const slugOf = (tag: string): string => tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

export const anchorOf = (operationId: string): string => operationId.replace(/^v1\./, "");

export function chaptersOf(document: OpenApi): Chapter[] {
  return document.tags.map(({ name }) => {
    const slug = slugOf(name);
    const entries = operationsOf(document, name).map(({ method, path, operation }) => {
      const anchor = anchorOf(operation.operationId);
      return { anchor, method, path, summary: operation.summary ?? "", href: `/reference/${slug}#${anchor}` };
    });
    return { slug, name, entries };
  });
}

/** The section of a tag. Null: there is no such tag. */
export function sectionOf(document: OpenApi, slug: string, serverUrl: string): ReferenceSection | null {
  const tag = document.tags.find(({ name }) => slugOf(name) === slug);
  if (tag === undefined) return null;
  const operations = operationsOf(document, tag.name).map((found) => shown(document, found, serverUrl));
  return { slug, name: tag.name, operations };
}

type Found = { method: string; path: string; operation: DocumentOperation };

/** The tag's operations as the paths have them, those that read before those that change. */
function operationsOf({ paths }: OpenApi, tag: string): Found[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags[0] === tag)
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

function shown(document: OpenApi, { method, path, operation }: Found, serverUrl: string): ReferenceOperation {
  const { operationId, summary = operationId, description = "", parameters = [], requestBody, responses, security = [] } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const request = {
    method,
    path,
    serverUrl,
    query: parameters.filter((parameter) => parameter.in === "query" && parameter.required === true),
    model: body === undefined ? null : modelOf(body),
    body: body === undefined ? null : bodyExample(body, document),
  };
  return {
    anchor: anchorOf(operationId),
    operationId,
    method,
    path,
    summary,
    paragraphs: description.split("\n\n").filter(Boolean),
    parameters,
    body: body === undefined ? null : { schema: body, required: requestBody?.required === true },
    responses: Object.entries(responses).map(([status, response]) => ({
      status,
      response,
      schema: response.content?.["application/json"]?.schema ?? null,
    })),
    samples: security.length === 0 || security.some((one) => "bearer" in one) ? samplesOf(request) : [],
  };
}
