/**
 * The reading side of a server of the Svix API, by its OpenAPI document: lists with iterators, newest messages first, and
 * operations that it may not offer. It counts what it is asked, and can refuse.
 */
import { type FetchServer, startFetchServer } from "./fetchServer.ts";

type Json = Record<string, unknown>;

export type SvixEndpoint = Json & {
  id: string;
  /** The endpoint's secret, which its answer does not show. */
  secret?: string;
  headers?: Record<string, string>;
  sensitive?: string[];
  transformation?: Json;
};
export type SvixApplication = Json & {
  id: string;
  endpoints?: SvixEndpoint[];
  messages?: Json[];
  integrations?: Json[];
  destinations?: Json[];
};

export type SvixContent = {
  eventTypes: (Json & { name: string })[];
  applications: SvixApplication[];
  /** Absent: not offered, 404. */
  connectors?: Json[];
  operationalEndpoints?: SvixEndpoint[];
  sources?: (Json & { id: string; endpoints?: SvixEndpoint[] })[];
};

export type SvixServer = FetchServer & {
  content: SvixContent;
  /** The method and path of every request, in order. */
  asked: string[];
  /** The most requests that were under way at the same time. */
  busiest: () => number;
  /** Sets a function whose answer, if it gives one, replaces the server's own. */
  interfere: (answer: (request: Request) => Response | null) => void;
};

export const svixToken = "testsk_a-token-of-the-source";

export async function startSvixServer(content: SvixContent): Promise<SvixServer> {
  const asked: string[] = [];
  let underWay = 0;
  let busiest = 0;
  let interference: (request: Request) => Response | null = () => null;
  const server = await startFetchServer(async (request) => {
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname}`);
    busiest = Math.max(busiest, ++underWay);
    // One more turn of the loop, so that requests that come together are seen together.
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    const other = interference(request);
    if (other !== null) return other;
    if (request.headers.get("authorization") !== `Bearer ${svixToken}`)
      return answer(401, { code: "authentication_failed", detail: "Invalid token" });
    return answerTo(content, request.method, url) ?? answer(404, { code: "not_found", detail: "Entity not found" });
  });
  return { ...server, content, asked, busiest: () => busiest, interfere: (next) => (interference = next) };
}

const answer = (status: number, body: unknown): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

function answerTo(content: SvixContent, method: string, url: URL): Response | null {
  if (method !== "GET") return answer(405, {});
  const path = url.pathname.replace(/\/$/, "").split("/");
  if (path[1] === "ingest") return ofSources(content, url, path.slice(5));
  const [noun = "", id, ...rest] = path.slice(3).map(decodeURIComponent);
  switch (noun) {
    case "app":
      return id === undefined ? list(content.applications.map(own), url) : ofApplication(content, url, id, rest);
    case "event-type":
      return list(content.eventTypes, url, "name");
    case "connector":
      return content.connectors === undefined ? null : list(content.connectors, url);
    case "operational-webhook":
      return content.operationalEndpoints === undefined ? null : ofEndpoints(content.operationalEndpoints, url, rest);
    default:
      return null;
  }
}

function ofApplication({ applications }: SvixContent, url: URL, id: string, [noun, ...rest]: string[]): Response | null {
  const application = applications.find((one) => one.id === id || one["uid"] === id);
  if (application === undefined) return null;
  const { endpoints = [], messages = [], integrations, destinations } = application;
  if (noun === undefined) return answer(200, own(application));
  if (noun === "endpoint") return ofEndpoints(endpoints, url, rest);
  if (noun === "integration") return integrations === undefined ? null : list(integrations, url);
  if (noun === "destination") return destinations === undefined ? null : list(destinations, url);
  if (noun !== "msg") return null;
  const newestFirst = messages.toSorted((a, b) => String(b["timestamp"]).localeCompare(String(a["timestamp"])));
  const after = url.searchParams.get("after");
  // Svix's server gives the oldest after that moment, with an iterator that leads to what is older still.
  const later = after === null ? newestFirst : newestFirst.filter(({ timestamp }) => String(timestamp) >= after);
  return list(after === null ? newestFirst : later.slice(-Number(url.searchParams.get("limit") ?? 50)), url);
}

function ofSources({ sources }: SvixContent, url: URL, [id, , ...rest]: string[]): Response | null {
  if (sources === undefined) return null;
  if (id === undefined) return list(sources.map(own), url);
  const source = sources.find((one) => one.id === id);
  return source === undefined ? null : ofEndpoints(source.endpoints ?? [], url, rest);
}

function ofEndpoints(endpoints: SvixEndpoint[], url: URL, [id, part]: string[]): Response | null {
  if (id === undefined) return list(endpoints.map(own), url);
  const endpoint = endpoints.find((one) => one.id === id);
  if (endpoint === undefined) return null;
  if (part === "secret") return endpoint.secret === undefined ? null : answer(200, { key: endpoint.secret });
  if (part === "headers") return answer(200, { headers: endpoint.headers ?? {}, sensitive: endpoint.sensitive ?? [] });
  if (part === "transformation") return endpoint.transformation === undefined ? null : answer(200, endpoint.transformation);
  return answer(200, own(endpoint));
}

/** The part of a thing that its answer shows. */
const own = (whole: Json): Json => Object.fromEntries(Object.entries(whole).filter(([name]) => !beside.has(name)));
const beside = new Set(["endpoints", "messages", "integrations", "destinations", "secret", "headers", "sensitive", "transformation"]);

function list(all: Json[], url: URL, key = "id"): Response {
  const limit = Number(url.searchParams.get("limit") ?? 50);
  if (limit > 250) return answer(422, { detail: [{ loc: ["query", "limit"], msg: "at most 250", type: "value_error" }] });
  const iterator = url.searchParams.get("iterator");
  const first = iterator === null ? 0 : all.findIndex((one) => one[key] === iterator) + 1;
  const page = all.slice(first, first + limit);
  const isDone = first + limit >= all.length;
  const text = `{"data":[${page.map(written).join(",")}],"iterator":${JSON.stringify(page.at(-1)?.[key] ?? null)},"prevIterator":null,"done":${isDone}}`;
  return answer(200, text);
}

/** `rawPayload` stands in the answer as it is: what a sender wrote, with its own digits and spaces. */
const written = ({ rawPayload, ...shown }: Json): string =>
  rawPayload === undefined ? JSON.stringify(shown) : `${JSON.stringify(shown).slice(0, -1)},"payload":${rawPayload as string}}`;
