/** A received request as a test of vitest that sends it again, signed anew, so that its timestamp is fresh each time. */
import { bodyTextOf, type Captured, keptHeaders } from "./captured.ts";
import { decodedByHubspot, isVariable, type Part, type SigningSteps, signingSteps } from "./signingSteps.ts";

const quoted = (text: string): string => JSON.stringify(text);

export function vitestOf(captured: Captured): string {
  const { what, bodyBase64 } = captured;
  const steps = signingSteps(captured);
  const headers = keptHeaders(captured).map(([name, value]) => `  ${quoted(name)}: ${quoted(value)},`);
  const text = bodyTextOf(captured);
  const body = text === null ? `Buffer.from(${quoted(bodyBase64)}, "base64")` : `Buffer.from(${quoted(text)})`;
  return `${importOf(steps)}import { expect, test } from "vitest";

// Received by Webster: ${what.replaceAll(/\s+/g, " ")}.
const url = process.env["WEBHOOK_URL"] ?? "http://localhost:3000/webhooks";
${steps === null ? "" : 'const secret = process.env["WEBHOOK_SECRET"] ?? "";\n'}${steps?.body == null ? `const body = ${body};\n` : ""}
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

function importOf(steps: SigningSteps | null): string {
  const names = [...(steps?.hashName == null ? [] : ["createHash"]), ...(steps?.hmac == null ? [] : ["createHmac"])];
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "node:crypto";\n`;
}

const unsigned = "// This provider's signature cannot be made here: the request goes out as it came.";

function linesOf(steps: SigningSteps): string[] {
  const { timestampUnit, usesId, body, uses, hashName } = steps;
  return [
    ...(timestampUnit === null ? [] : [`const timestamp = ${times[timestampUnit]};`]),
    ...(usesId ? [`const id = "msg_" + ${timestampUnit === null ? "Date.now()" : "timestamp"};`] : []),
    ...(body === null ? [] : [`const body = Buffer.from(${body.map(written(steps)).join(" + ")});`]),
    ...(uses.form ? formLines : []),
    ...(uses.decodedUrl ? [`const decodedUrl = url.replace(/${decodedByHubspot}/gi, (code) => decodeURIComponent(code));`] : []),
    ...(hashName === null
      ? []
      : ['const bodyHash = createHash("sha256").update(body).digest("hex");', `const signedUrl = ${withParameter(hashName, "bodyHash")};`]),
    ...hmacLines(steps),
  ];
}

const formLines = [
  "const fields = new URLSearchParams(body.toString());",
  "const valuesOf = (name: string) => [...new Set(fields.getAll(name))].sort();",
  "const names = [...new Set(fields.keys())].sort();",
  'const form = names.flatMap((name) => valuesOf(name).map((value) => name + value)).join("");',
];

function hmacLines(steps: SigningSteps): string[] {
  const { hmac } = steps;
  if (hmac === null) return ["const signature = secret;"];
  const bytes = (part: Part): string => (isVariable(part, "body") ? "body" : `Buffer.from(${written(steps)(part)})`);
  return [
    `const content = Buffer.concat([${hmac.content.map(bytes).join(", ")}]);`,
    ...(hmac.isBase64Key ? ['const key = Buffer.from(secret.replace(/^(v1,)?whsec_/, ""), "base64");'] : []),
    `const signature = createHmac(${quoted(hmac.hash)}, ${hmac.isBase64Key ? "key" : "secret"}).update(content).digest(${quoted(hmac.encoding)});`,
  ];
}

const times = {
  s: "String(Math.floor(Date.now() / 1000))",
  ms: "String(Date.now())",
  iso: "new Date().toISOString()",
} as const;

const written =
  ({ hashName }: SigningSteps) =>
  (part: Part): string => {
    if ("text" in part) return quoted(part.text);
    return part.variable === "url" && hashName !== null ? "signedUrl" : part.variable;
  };

const withParameter = (name: string, value: string): string =>
  `url + (url.includes("?") ? "&" : "?") + ${quoted(`${encodeURIComponent(name)}=`)} + ${value}`;

function returned({ method }: Captured, steps: SigningSteps | null): string {
  // A fetch with these methods takes no body.
  const carried = method === "GET" || method === "HEAD" ? "" : ", body";
  if (steps === null) return `return { url, method: ${quoted(method)}, headers${carried} };`;
  const own = steps.headers.map(([name, value]) => `, ${quoted(name)}: ${value.map(written(steps)).join(" + ")}`).join("");
  const { queryName, hashName } = steps;
  const to =
    queryName === null
      ? hashName === null
        ? "url"
        : "url: signedUrl"
      : `url: ${withParameter(queryName, "encodeURIComponent(signature)")}`;
  return `return { ${to}, method: ${quoted(method)}, headers: { ...headers${own} }${carried} };`;
}
