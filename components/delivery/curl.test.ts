/** The commands that people copy, run by a real shell with the real curl: what arrives is what was shown, byte for byte. */
import { execFile, spawnSync } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestCurl } from "../receivedRequest/requestCurl.ts";
import { curlBodyOf, type CurlBody, curlOf, type CurlRequest } from "./curl.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("There is no curl on this machine: the commands are not run");

type Arrived = { method: string; target: string; headers: Record<string, string>; body: Buffer };

let server: Server;
let url: string;
let arrived: Arrived[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      arrived.push({ method: request.method ?? "", target: request.url ?? "", headers: headersOf(request), body: Buffer.concat(chunks) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const headersOf = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]));

async function sentBy(command: string): Promise<Arrived> {
  arrived = [];
  // A command in a file has no limit; the shell's own limit for arguments still counts.
  const { stderr } = await new Promise<{ stderr: string }>((resolve, reject) => {
    const child = execFile("sh", ["-s"], { env: { ...process.env, LC_ALL: "C.UTF-8" } }, (error, _, stderr) =>
      error === null ? resolve({ stderr }) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(command.replace("curl ", "curl --silent --show-error --max-time 5 --noproxy '*' "));
  });
  expect(stderr).toBe("");
  const [one, ...more] = arrived;
  if (one === undefined || more.length > 0) throw new Error(`${arrived.length} requests came`);
  return one;
}

const repeat = (request: Partial<CurlRequest>): Promise<Arrived> => sentBy(curlOf({ url: `${url}/`, headers: [], body: null, ...request }));

const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));

describe.skipIf(!hasCurl)("a command to repeat the request", () => {
  it.each(["/?a[]=1&b={x,y}&c=[1-3]", "/a/../b/./c", "/%5B%7B%7D%5D?q='x'&r=\"$HOME\"", "/{a}/[1-2]", "/?q=`id`$(id)!!", "/a;b&c|d"])(
    "keeps the URL %s",
    async (target) => {
      expect((await repeat({ url: url + target })).target).toBe(target);
    },
  );

  it.each<[string, string]>([
    ["x-empty", ""],
    ["x-quoted", `it's "$HOME" \`id\` \\ \\n %s 'x'`],
    ["x-at", "@/etc/hostname"],
    ["x-latin", "caf\u00e9 100% \\351 \u00ff's"],
    ["x-semicolon", "a;"],
    ["x-space", "a  b"],
    ["user-agent", "Webster/1"],
    ["content-type", "application/json; charset=utf-8"],
  ])("keeps the header %s: %j", async (name, value) => {
    const { headers } = await repeat({ headers: [{ name, value }], body: { text: "{}" } });
    expect([name, headers[name]]).toEqual([name, value]);
  });

  it.each<[string, CurlBody, Buffer]>([
    [
      "JSON with quotes",
      { text: `{"a":"it's $HOME \`id\` \\\\ \\n"}\n'; rm -rf /'` },
      Buffer.from(`{"a":"it's $HOME \`id\` \\\\ \\n"}\n'; rm -rf /'`),
    ],
    ["what begins with @", { text: "@/etc/hostname" }, Buffer.from("@/etc/hostname")],
    ["beyond ASCII", { text: '{"ü":"🦊"}' }, Buffer.from('{"ü":"🦊"}')],
    ["lines of all kinds", { text: "a\r\nb\rc\n\td\n" }, Buffer.from("a\r\nb\rc\n\td\n")],
    ["a form", { text: "a=1&b=%20+" }, Buffer.from("a=1&b=%20+")],
    ["NUL", { text: "a\0b" }, Buffer.from("a\0b")],
    ["binary", { base64: bytes.toString("base64") }, bytes],
    ["more than an argument may hold", { text: "ü%s\\".repeat(80_000) }, Buffer.from("ü%s\\".repeat(80_000))],
    ["much that is binary", { base64: Buffer.alloc(400_000, bytes).toString("base64") }, Buffer.alloc(400_000, bytes)],
    ["empty", { text: "" }, Buffer.alloc(0)],
  ])("keeps the body: %s", async (_, body, expected) => {
    const { method, headers, body: came } = await repeat({ body });
    expect([method, came.equals(expected), headers["content-length"]]).toEqual(["POST", true, String(expected.length)]);
    // No content type was given, so none may arrive.
    expect(headers["content-type"]).toBeUndefined();
  });

  it.each(["GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS"])("keeps the method %s, without a body and with one", async (method) => {
    const without = await repeat({ method });
    expect([without.method, without.body.length, without.headers["content-type"]]).toEqual([method, 0, undefined]);
    const withBody = method === "HEAD" ? null : await repeat({ method, body: { text: "x" } });
    expect(withBody === null ? null : [withBody.method, String(withBody.body)]).toEqual(method === "HEAD" ? null : [method, "x"]);
  });

  it("repeats a received request whose text is another than its bytes", async () => {
    const latin = Buffer.from("caf\u00e9", "latin1");
    const captured = {
      what: "",
      method: "POST",
      url: `${url}/in/t?x[]=1`,
      headers: { "content-type": "text/plain; charset=latin1" },
      signing: null,
    };
    const { target, body } = await sentBy(requestCurl({ ...captured, bodyBase64: latin.toString("base64") }));
    expect([target, body.equals(latin)]).toEqual(["/in/t?x[]=1", true]);
  });
});

it("leaves out what curl writes itself, and says what is hidden", () => {
  const headers = [
    { name: "Host", value: "a" },
    { name: "content-length", value: "1" },
    { name: "authorization", value: null },
    { name: "content-type", value: "text/plain" },
  ];
  expect(curlOf({ url: "https://a.example", headers, body: curlBodyOf("", null) })).toBe(
    "curl --globoff 'https://a.example' \\\n  -H 'authorization: HIDDEN' \\\n  -H 'content-type: text/plain' \\\n  --data-raw ''",
  );
});
