/** The code in Python that the pages show, run where there is a python3 with its libraries; `npm run snippets` installs them itself. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { parseSecret } from "../../lib/webhooks/signature.ts";
import { type SignatureStyle, signatureHeaders } from "../../lib/webhooks/signatureStyle.ts";
import { type Snippet, snippets } from "./snippets.ts";
import { githubSnippets } from "./snippetsGithub.ts";
import { svixSnippets } from "./snippetsSvix.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const python = (program: string, input: string) =>
  spawnSync("python3", ["-c", program], { input, encoding: "utf8", env: { ...process.env, WEBHOOK_SECRET: secret } });

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

function requestOf(style: SignatureStyle, signed: string, sent: string) {
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const message = { keys: [parseSecret(secret)], messageId: "msg_1", eventType: "t", timestampSeconds, body: Buffer.from(signed) };
  const flat = signatureHeaders(style, false, message);
  const headers = Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as const] : [])));
  return { headers, body: Buffer.from(sent).toString("base64") };
}

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
