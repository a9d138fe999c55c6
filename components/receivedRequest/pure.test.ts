import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderKind } from "../../lib/webhooks/verification.ts";
import { providers, verifyRequest } from "../../lib/webhooks/verification.ts";
import { configOf, kinds, nowMs, received, samplePost, sourceUrl } from "../../lib/webhooks/verification/testSupport.ts";
import { type Captured, pytestOf, vitestOf } from "./fixtures.ts";
import { parseBody } from "./parsed.ts";
import { signingOf } from "./signing.ts";

describe("parsed views", () => {
  test("JSON is laid out, its numbers and repeated keys as they came", () => {
    expect(parseBody("application/json", '{"a":1.0,"a":12345678901234567890,"b":[],"c":{},"d":["x,y:{}",{"e":null}]}')).toEqual({
      kind: "json",
      text: '{\n  "a": 1.0,\n  "a": 12345678901234567890,\n  "b": [],\n  "c": {},\n  "d": [\n    "x,y:{}",\n    {\n      "e": null\n    }\n  ]\n}',
    });
    expect(parseBody("text/plain", '{"a":1}').kind).toBe("json");
    expect(parseBody("application/json", '{"a":').kind).toBe("text");
    expect(parseBody("application/json", "").kind).toBe("text");
  });

  test("a form's pairs, repeated and empty ones too", () => {
    expect(parseBody("application/x-www-form-urlencoded; charset=utf-8", "a=1&a=2&b=&c=%C3%BC+x")).toEqual({
      kind: "form",
      pairs: [
        ["a", "1"],
        ["a", "2"],
        ["b", ""],
        ["c", "ü x"],
      ],
    });
  });

  test("the parts of a multipart body", () => {
    const body =
      '--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--xx\r\nContent-Disposition: form-data; name="f"; filename="x\\"y.csv"\r\nContent-Type: text/csv\r\n\r\nq,r\r\ns,t\r\n--xx--\r\n';
    expect(parseBody('multipart/form-data; boundary="xx"', body)).toEqual({
      kind: "multipart",
      parts: [
        { name: "a", fileName: null, contentType: null, text: "1" },
        { name: "f", fileName: 'x"y.csv', contentType: "text/csv", text: "q,r\r\ns,t" },
      ],
    });
    expect(parseBody("multipart/form-data", body).kind).toBe("text");
  });

  test("XML is indented", () => {
    expect(
      parseBody(
        "application/atom+xml",
        '<?xml version="1.0"?><feed><title>A &amp; B</title><entry><link href="x"/></entry><!-- <a> --></feed>',
      ),
    ).toEqual({
      kind: "xml",
      text: '<?xml version="1.0"?>\n<feed>\n  <title>A &amp; B</title>\n  <entry>\n    <link href="x"/>\n  </entry>\n  <!-- <a> -->\n</feed>',
    });
  });

  test("everything else is text", () => {
    for (const [type, text] of [
      ["text/plain", "hello"],
      [null, "<b>"],
      ["image/png", "x"],
      ["application/json", "x".repeat(1_100_000)],
    ] as const)
      expect(parseBody(type, text).kind).toBe("text");
  });
});

function captured(kind: ProviderKind): Captured {
  const request = samplePost(kind);
  return {
    what: `${providers[kind].sample.eventType} of ${providers[kind].label}`,
    method: request.method,
    url: request.url,
    headers: request.headers,
    bodyBase64: request.body.toString("base64"),
    bodyText: request.body.toString("utf8"),
    signing: signingOf(kind, providers[kind].scheme.recipe, configOf(kind).settings),
  };
}

const signable = kinds.filter((kind) => captured(kind).signing !== null);

describe("a captured request as a test", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "webster-fixture-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const now = Date.now();
  const holds = (kind: ProviderKind, url: string, headers: Record<string, string>) =>
    verifyRequest(kind, configOf(kind), received({ url, headers, body: samplePost(kind).body }), now);

  test("most providers' can be signed anew", () => {
    expect(signable.length).toBeGreaterThan(45);
  });

  test("vitest: each provider takes what it signs, though what was captured is stale", async () => {
    process.env["WEBHOOK_URL"] = sourceUrl;
    for (const kind of signable) {
      expect(now - nowMs).not.toBe(0);
      process.env["WEBHOOK_SECRET"] = configOf(kind).secrets[0];
      const file = join(directory, `${kind}.ts`);
      const stubbed = vitestOf(captured(kind)).replace(
        'import { expect, test } from "vitest";',
        "const expect: any = () => {}; const test: any = () => {};",
      );
      await writeFile(file, stubbed);
      const { signedRequest } = (await import(file)) as { signedRequest: () => { url: string; headers: Record<string, string> } };
      const { url, headers } = signedRequest();
      expect({ kind, ...holds(kind, url, headers) }).toEqual({ kind, ok: true });
    }
  });

  test.skipIf(spawnSync("python3", ["--version"]).status !== 0)("pytest: the same", async () => {
    const cases = signable.map((kind) => ({ kind, code: pytestOf(captured(kind)), secret: configOf(kind).secrets[0] ?? "" }));
    const program = `import json, os, sys
out = []
for case in json.load(open(sys.argv[1])):
    os.environ["WEBHOOK_SECRET"] = case["secret"]
    scope = {}
    exec(case["code"], scope)
    url, headers = scope["signed_request"]()
    out.append({"kind": case["kind"], "url": url, "headers": headers, "tests": [n for n in scope if n.startswith("test_")]})
print(json.dumps(out))`;
    const file = join(directory, "cases.json");
    await writeFile(file, JSON.stringify(cases));
    const { stdout } = await promisify(execFile)("python3", ["-c", program, file], { env: { ...process.env, WEBHOOK_URL: sourceUrl } });
    for (const { kind, url, headers, tests } of JSON.parse(stdout) as {
      kind: ProviderKind;
      url: string;
      headers: Record<string, string>;
      tests: string[];
    }[]) {
      expect({ kind, ...holds(kind, url, headers) }).toEqual({ kind, ok: true });
      expect(tests).toHaveLength(1);
    }
  });

  test("nothing hidden and nothing of the connection goes along", () => {
    const code = vitestOf({ ...captured("github"), headers: { authorization: "•••", host: "x", "user-agent": "GitHub-Hookshot/1" } });
    expect(code).toContain("GitHub-Hookshot");
    expect(code).not.toMatch(/authorization|host":|•••/);
  });
});
