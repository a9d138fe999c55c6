/** A received request as a test of vitest that sends it again, signed anew, so that its timestamp is fresh each time. */
import { bodyTextOf, type Captured, keptHeaders, signingOfCaptured } from "./captured.ts";
import { type Part, type SigningSteps, signingSteps } from "./signingSteps.ts";

const quoted = (text: string): string => JSON.stringify(text);

export function vitestOf(captured: Captured): string {
  const { what, bodyBase64 } = captured;
  const signing = signingOfCaptured(captured);
  const steps = signing === null ? null : signingSteps(signing, captured.method);
  const headers = keptHeaders(captured).map(([name, value]) => `  ${quoted(name)}: ${quoted(value)},`);
  const text = bodyTextOf(captured);
  return `${steps?.hmac == null ? "" : 'import { createHmac } from "node:crypto";\n'}import { expect, test } from "vitest";

// Received by Webster: ${what.replaceAll(/\s+/g, " ")}.
const url = process.env["WEBHOOK_URL"] ?? "http://localhost:3000/webhooks";
${steps === null ? "" : 'const secret = process.env["WEBHOOK_SECRET"] ?? "";\n'}const body = ${text === null ? `Buffer.from(${quoted(bodyBase64)}, "base64")` : `Buffer.from(${quoted(text)})`};

const headers: Record<string, string> = {
${headers.join("\n")}
};

export function signedRequest() {
${[...(steps === null ? [unsigned] : linesOf(steps)), returned(captured, steps)].map((line) => `  ${line}`).join("\n")}
}

test(${quoted(`${what} is accepted`)}, async () => {
  const { url, ...request } = signedRequest();
  const response = await fetch(url, request);
  expect(response.status).toBeLessThan(300);
});
`;
}

const unsigned = "// This provider's signature cannot be made here: the request goes out as it came.";

function linesOf({ timestampUnit, usesId, hmac }: SigningSteps): string[] {
  return [
    ...(timestampUnit === null ? [] : [`const timestamp = ${times[timestampUnit]};`]),
    ...(usesId ? [`const id = "msg_" + ${timestampUnit === null ? "Date.now()" : "timestamp"};`] : []),
    ...(hmac === null
      ? ["const signature = secret;"]
      : [
          `const content = Buffer.concat([${hmac.content.map(bytes).join(", ")}]);`,
          ...(hmac.isBase64Key ? ['const key = Buffer.from(secret.replace(/^(v1,)?whsec_/, ""), "base64");'] : []),
          `const signature = createHmac(${quoted(hmac.hash)}, ${hmac.isBase64Key ? "key" : "secret"}).update(content).digest(${quoted(hmac.encoding)});`,
        ]),
  ];
}

const times = {
  s: "String(Math.floor(Date.now() / 1000))",
  ms: "String(Date.now())",
  iso: "new Date().toISOString()",
} as const;

const written = (part: Part): string => ("text" in part ? quoted(part.text) : part.variable);
const bytes = (part: Part): string => ("variable" in part && part.variable === "body" ? "body" : `Buffer.from(${written(part)})`);

function returned({ method }: Captured, steps: SigningSteps | null): string {
  const own = (steps?.headers ?? []).map(([name, value]) => `, ${quoted(name)}: ${value.map(written).join(" + ")}`).join("");
  const queryName = steps?.queryName ?? null;
  const to =
    queryName === null
      ? "url"
      : `url: url + (url.includes("?") ? "&" : "?") + ${quoted(`${encodeURIComponent(queryName)}=`)} + encodeURIComponent(signature)`;
  // A fetch with these methods takes no body.
  const carried = method === "GET" || method === "HEAD" ? "" : ", body";
  return `return { ${to}, method: ${quoted(method)}, headers: { ...headers${own} }${carried} };`;
}
