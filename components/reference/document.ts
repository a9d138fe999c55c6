/** As much of an OpenAPI 3.1 document as the reference shows. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  enum?: (string | number | null)[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  deprecated?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};

export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };

type Media = { schema?: Schema; example?: unknown };

export type Response = { description: string; content?: Record<string, Media> };

export type DocumentOperation = {
  operationId: string;
  tags: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Response>;
  security?: Record<string, string[]>[];
};

export type OpenApi = {
  info: { title: string; description?: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, DocumentOperation>>;
  components: { schemas: Record<string, Schema> };
};

const prefix = "#/components/schemas/";

export const modelOf = ({ $ref }: Schema): string | null => ($ref?.startsWith(prefix) ? $ref.slice(prefix.length) : null);

/** The schema that a reference leads to; itself otherwise. Of `x or null` the x. */
export function resolved(schema: Schema, document: OpenApi): Schema {
  const model = modelOf(schema);
  if (model !== null) return resolved(document.components.schemas[model] ?? {}, document);
  const only = withoutNull(schema);
  return only === schema ? schema : { ...described(schema), ...only, ...(only.$ref === undefined ? {} : resolved(only, document)) };
}

/** The one alternative of a schema beside null. */
export function withoutNull(schema: Schema): Schema {
  const others = (schema.anyOf ?? schema.oneOf ?? []).filter(({ type }) => type !== "null");
  const [only] = others;
  return only !== undefined && others.length === 1 ? only : schema;
}

const described = ({ description, default: usual }: Schema): Schema => ({
  ...(description === undefined ? {} : { description }),
  ...(usual === undefined ? {} : { default: usual }),
});
