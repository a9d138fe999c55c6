/** A request from a file: as HTTP has it on the wire (an .http file, `nc -l`, a proxy's log), or JSON with method, url, headers and body. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod/mini";
import type { IncomingRequest } from "../../lib/webhooks/verification.ts";
import { CliError, type Io, readAll } from "./io.ts";
import { withoutMark } from "../../lib/byteOrderMark.ts";
import { parseUrl } from "../../lib/words/url.ts";

const Json = z.object({
  method: z._default(z.string(), "POST"),
  url: z.optional(z.string()),
  headers: z.union([
    z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    z.array(z.object({ name: z.string(), value: z.string() })),
  ]),
  body: z.optional(z.unknown()),
  bodyBase64: z.optional(z.string()),
});

const remedy =
  'Give it as HTTP has it (POST /hook HTTP/1.1, headers, an empty line, the body), or as JSON: {"headers": {…}, "body": "…"}; bodyBase64 for what is no text.';

/** `endsWithFile`: nothing but the file's end says where the body ends. */
export type FiledRequest = IncomingRequest & { endsWithFile: boolean };

/** Reads a request from a file; `-` is the standard input. `url` stands for what the file says of it. */
export async function readRequest(file: string, url: string | undefined, io: Io): Promise<FiledRequest> {
  const bytes = await readGiven(file, io);
  const { method, target, headers, body, endsWithFile } = jsonRequest(bytes) ?? wireRequest(bytes);
  const asked = url ?? (/^https?:/i.test(target) ? target : `https://${headers["host"] ?? "localhost"}${target}`);
  const parsed = parseUrl(asked);
  if (parsed === null) throw new CliError(`"${asked}" is no URL.`, "Give the one that the sender called as --url https://…");
  const { pathname, search } = parsed;
  return { method, url: asked, path: pathname, query: search.slice(1), headers, body, endsWithFile };
}

/** A text in a file, or in the standard input, without its byte order mark. */
export async function readGiven(file: string, io: Io): Promise<Buffer> {
  if (file === "-") return withoutMark(await readAll(io.stdin));
  try {
    return withoutMark(readFileSync(resolve(io.cwd, file)));
  } catch (error) {
    throw new CliError(
      `${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`,
      "Check the path; - is the standard input.",
    );
  }
}

type Parts = { method: string; target: string; headers: Record<string, string>; body: Buffer; endsWithFile: boolean };

function jsonRequest(bytes: Buffer): Parts | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return null;
  }
  const parsed = Json.safeParse(value);
  if (!parsed.success) throw new CliError("The file is JSON, but no request.", remedy);
  const { method, url = "/", headers, body, bodyBase64 } = parsed.data;
  const pairs = Array.isArray(headers) ? headers.map(({ name, value: one }) => [name, one] as const) : Object.entries(headers);
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  return {
    method,
    target: url,
    headers: joined(pairs),
    body: bodyBase64 === undefined ? Buffer.from(text) : Buffer.from(bodyBase64, "base64"),
    endsWithFile: false,
  };
}

/** The body begins after the first empty line, and is what follows to the last byte, less what Content-Length leaves out. */
function wireRequest(bytes: Buffer): Parts {
  const end = /\r?\n\r?\n/.exec(bytes.toString("latin1"));
  const head = bytes.subarray(0, end?.index ?? bytes.length).toString("latin1");
  const [first = "", ...lines] = head.split(/\r?\n/);
  const request = /^([A-Z]+) (\S+)( HTTP\/[\d.]+)?$/.exec(first.trim());
  const given = request === null ? [first, ...lines] : lines;
  const pairs = given
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
      if (found === null) throw new CliError(`This line is no header: ${line.slice(0, 60)}`, remedy);
      return [found[1] ?? "", found[2] ?? ""] as const;
    });
  const headers = joined(pairs);
  const rest = end === null ? Buffer.alloc(0) : bytes.subarray(end.index + end[0].length);
  const hasLength = /^\d+$/.test(headers["content-length"] ?? "");
  const body = hasLength ? rest.subarray(0, Number(headers["content-length"])) : rest;
  // An editor may have put a line's end behind it; what is missing is for the doctor to see.
  return { method: request?.[1] ?? "POST", target: request?.[2] ?? "/", headers, body, endsWithFile: !hasLength };
}

function joined(pairs: Iterable<readonly [string, string | string[]]>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    const text = [value].flat().join(", ");
    headers[lower] = headers[lower] === undefined ? text : `${headers[lower]}, ${text}`;
  }
  return headers;
}
