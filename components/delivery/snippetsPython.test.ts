/** The code in Python that the pages show. `npm test` brings its libraries where there is a python3; `npm run snippets` does too. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { signedHeaders } from "../../lib/testing/signed.ts";
import type { SignatureStyle } from "../../lib/webhooks/signatureStyle.ts";
import { type Snippet, snippets } from "./snippets.ts";
import { githubSnippets } from "./snippetsGithub.ts";
import { svixSnippets } from "./snippetsSvix.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** The one that `npm test` has made, with the libraries. */
const interpreter = process.env["TEST_PYTHON"] ?? "python3";

const python = (program: string, input: string) =>
  spawnSync(interpreter, ["-c", program], { input, encoding: "utf8", env: { ...process.env, WEBHOOK_SECRET: secret } });

const isThere = python("import flask, standardwebhooks, svix", "").status === 0;

/** Asks the snippet's own application, by Flask's client, without a port. */
const program = `
import base64, json, sys
given = json.load(sys.stdin)
receiver = {"__name__": "receiver"}
exec(compile(given["code"], "receiver.py", "exec"), receiver)
client = receiver["app"].test_client()
print(json.dumps([client.post("/webhook", headers=one["headers"], data=base64.b64decode(one["body"])).status_code for one in given["requests"]]))
`;

const github: SignatureStyle = { style: "github", signatureHeader: "X-S", eventHeader: "X-E", deliveryHeader: "X-D" };
const styles: [string, SignatureStyle, Snippet[]][] = [
  ["standard", { style: "standard" }, snippets],
  ["svix", { style: "svix" }, svixSnippets],
  ["github", github, githubSnippets("X-S")],
];

const requestOf = (style: SignatureStyle, signed: string, sent: string) => ({
  headers: signedHeaders({ style, secret, body: signed }),
  body: Buffer.from(sent).toString("base64"),
});

test.skipIf(!isThere).each(styles)(
  "%s: takes what is signed, JSON or not, and refuses the rest (needs flask, standardwebhooks, svix)",
  (_name, style, found) => {
    const code = found.find(({ language }) => language === "Python")?.code;
    const requests = [
      requestOf(style, '{"a":"ü"}', '{"a":"ü"}'),
      requestOf(style, "no JSON, ü", "no JSON, ü"),
      requestOf(style, "{}", '{"a":1}'),
      { headers: {}, body: "" },
    ];
    const { stdout, stderr } = python(program, JSON.stringify({ code, requests }));
    expect([stdout.trim(), stderr]).toEqual(["[204, 204, 400, 400]", ""]);
  },
);
