import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { type Cli, newCli } from "../../lib/testing/cli.ts";

let cli: Cli;
beforeEach(() => (cli = newCli({})));
afterEach(() => cli.close());

const secret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const signedAt = new Date("2026-01-31T12:00:00Z");
const body = '{"type":"invoice.paid","name":"Café"}';
const headers = {
  "webhook-id": "msg_1",
  "webhook-timestamp": String(signedAt.getTime() / 1000),
  "webhook-signature": new Webhook(secret).sign("msg_1", signedAt, body),
};
const lines = Object.entries(headers).map(([name, value]) => `${name.toUpperCase()}: ${value}`);

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(cli.directory, name), content);
  return name;
}

const verify = (name: string, args: string[] = [], stdin = "") =>
  cli.run(["verify", name, ...args], { environment: { WEBHOOK_SECRET: secret }, stdin });

describe("a request in a file", () => {
  test.each([
    ["as it was on the wire", ["POST /hook HTTP/1.1", "Host: example.com", ...lines, "", body].join("\r\n")],
    [
      "with an editor's line ends, and one behind the body",
      ["POST /hook", `Content-Length: ${Buffer.byteLength(body)}`, ...lines, "", `${body}\n`].join("\n"),
    ],
    ["with the mark that some editors put in front", `\ufeff${["POST /hook HTTP/1.1", ...lines, "", body].join("\n")}`],
    ["as JSON with such a mark", `\ufeff${JSON.stringify({ headers, body })}`],
    ["as headers and body alone", [...lines, "", body].join("\n")],
    ["as JSON", JSON.stringify({ method: "POST", url: "https://example.com/hook", headers, body })],
    [
      "as JSON with bytes",
      JSON.stringify({
        headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
        bodyBase64: Buffer.from(body).toString("base64"),
      }),
    ],
  ])("%s", async (_case, content) => {
    const { status, out } = await verify(file("request", content));
    expect([status, out]).toEqual([0, "The signature holds. It was made at 2026-01-31T12:00:00.000Z.\n"]);
  });

  it("may come in the standard input", async () => {
    expect((await verify("-", [], [...lines, "", body].join("\n"))).status).toBe(0);
  });
});

it("says why a signature does not hold, as the doctor of the dashboard does", async () => {
  const request = file("request", [...lines, "", body].join("\n"));
  const changed = await verify(file("changed", [...lines, "", `${body}\n`].join("\n")));
  expect([changed.status, changed.out]).toEqual([1, expect.stringMatching(/does not hold: [^]*Found: [^]*an editor[^]*Content-Length/)]);
  const asJson = await verify(file("asJson", JSON.stringify({ headers, body: `${body}\n` })));
  expect(asJson.out).toMatch(/does not hold: [^]*Found: /);
  expect(asJson.out).not.toMatch(/editor/);
  const other = await cli.run(["verify", request, "--secret", `whsec_${Buffer.alloc(24, 6).toString("base64")}`]);
  expect([other.status, other.out]).toEqual([1, expect.stringMatching(/does not hold/)]);
  const late = await verify(request, ["--at", "2026-01-31T13:00:00Z"]);
  expect(late.out).toMatch(/3600 s old/);
  expect(changed.out + other.out + late.out).not.toContain(secret.slice(6));
});

it("takes secrets from a file or a pipe, any of which may match", async () => {
  const request = file("request", [...lines, "", body].join("\n"));
  const bare = (args: string[], stdin = "") => cli.run(["verify", request, ...args], { stdin });
  expect((await bare(["--secret-file", file("secrets", `whsec_${Buffer.alloc(24, 6).toString("base64")}\n${secret}\n`)])).status).toBe(0);
  expect((await bare([], `${secret}\n`)).status).toBe(0);
  expect((await bare(["--secret-file", "missing"])).err).toMatch(/missing can't be read: ENOENT/);
});

it("asks for a secret where none is given, but not for providers that have none", async () => {
  const request = file("request", [...lines, "", body].join("\n"));
  const none = file("none", "\n");
  for (const args of [[], ["--secret-file", none]]) {
    const { status, out, err } = await cli.run(["verify", request, ...args], { environment: { WEBHOOK_SECRET: "" } });
    expect([status, out, err]).toEqual([1, "", expect.stringMatching(/no secret to verify with[^]*WEBHOOK_SECRET/)]);
  }
  const { out, err } = await cli.run(["verify", request, "--provider", "app-store"], { environment: { WEBHOOK_SECRET: "" } });
  expect([out, err]).toEqual([expect.stringMatching(/does not hold: .*bundle id/), ""]);
});

it("verifies as each provider signs", async () => {
  const signature = createHmac("sha256", "a-secret-of-github").update(body).digest("hex");
  const request = file(
    "request",
    [`X-Hub-Signature-256: sha256=${signature}`, "X-GitHub-Event: push", "X-GitHub-Delivery: 1", "", body].join("\n"),
  );
  expect((await cli.run(["verify", request, "--provider", "github", "--secret", "a-secret-of-github"])).out).toBe("The signature holds.\n");
  const unknown = await cli.run(["verify", request, "--provider", "nobody", "--secret", "x"]);
  expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining("standard-webhooks")]);
});

it("says what is wrong with what it is given", async () => {
  expect((await verify("missing")).err).toMatch(/missing can't be read: ENOENT[^]*What to do: /);
  expect((await verify(file("text", "just some words\n"))).err).toMatch(/no header: just some words[^]*HTTP/);
  expect((await verify(file("json", '{"a":1}'))).err).toMatch(/no request/);
  expect((await verify(file("request", [...lines, "", body].join("\n")), ["--at", "soon"])).err).toMatch(/no moment/);
  expect((await verify("request", ["--setting", "x"])).err).toMatch(/name=value/);
});
