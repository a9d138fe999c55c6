import type { OpenApi } from "../../components/reference/document.ts";
import { openapiText } from "../../lib/api/openapi.ts";

let document: OpenApi | null = null;

/** What /api/v1/openapi.json answers. */
export const openapi = (): OpenApi => (document ??= JSON.parse(openapiText()) as OpenApi);
