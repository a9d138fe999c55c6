/** A received request as a test that sends it again, signed anew, so that its timestamp is fresh each time. */
import type { ProviderSigning } from "../../lib/contract/providerSigning.ts";

export type Captured = {
  /** In words: "push of GitHub". */
  what: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  bodyBase64: string;
  bodyText: string | null;
  signing: ProviderSigning | null;
};

/** Headers that belong to the connection, or that the test writes itself. */
const left =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|expect|keep-alive|upgrade|x-forwarded-.*|x-real-ip|forwarded|via|traceparent|tracestate|cf-.*)$/;

/** Headers as they are sent again: without those that are made anew, and without those whose value was hidden. */
function keptHeaders({ headers, signing }: Captured): [name: string, value: string][] {
  const own = new Set(signing === null ? [] : madeHeaders(signing));
  return Object.entries(headers).filter(([name, value]) => !left.test(name) && !own.has(name) && !value.includes("•••"));
}

function madeHeaders(signing: ProviderSigning): string[] {
  switch (signing.place) {
    case "query":
      return [];
    case "standard":
      return ["webhook", "svix"].flatMap((family) => [`${family}-id`, `${family}-timestamp`, `${family}-signature`]);
    case "header":
    case "pairs":
      return [signing.name, signing.timestampHeader ?? "", signing.idHeader ?? ""];
  }
}

export function vitestOf(captured: Captured): string {
  const { what, method, bodyBase64, bodyText, signing } = captured;
  const makesHmac = signing !== null && signing.hash !== null;
  const headers = keptHeaders(captured).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return `${makesHmac ? 'import { createHmac } from "node:crypto";\n' : ""}import { expect, test } from "vitest";

// Received by Webster: ${oneLine(what)}.
const url = process.env["WEBHOOK_URL"] ?? "http://localhost:3000/webhooks";
${signing === null ? "" : 'const secret = process.env["WEBHOOK_SECRET"] ?? "";\n'}const body = ${bodyText === null ? `Buffer.from(${JSON.stringify(bodyBase64)}, "base64")` : `Buffer.from(${JSON.stringify(bodyText)})`};

const headers: Record<string, string> = {
${headers.join("\n")}
};

export function signedRequest(): { url: string; method: string; headers: Record<string, string>; body: Buffer<ArrayBuffer> } {
${javascriptSigning(signing, method)}
}

test(${JSON.stringify(`${what} is accepted`)}, async () => {
  const { url, ...request } = signedRequest();
  const response = await fetch(url, request);
  expect(response.status).toBeLessThan(300);
});
`;
}

function javascriptSigning(signing: ProviderSigning | null, method: string): string {
  const plain = `return { url, method: ${JSON.stringify(method)}, headers, body };`;
  if (signing === null) return `  // This provider's signature cannot be made here: the request goes out as it came.\n  ${plain}`;
  const lines = [
    ...(usesTime(signing) ? [`const timestamp = ${javascriptTime[signing.timestampUnit]};`] : []),
    ...(usesId(signing) ? [usesTime(signing) ? "const id = `msg_${timestamp}`;" : "const id = `msg_${Date.now()}`;"] : []),
    ...(signing.hash === null ? ["const signature = secret;"] : hmacLines(signing, method)),
  ];
  const { url, headers } = placed(signing, (text) => text, "${signature}", "${timestamp}", "${id}");
  const own = headers.map(([name, value]) => `, ${JSON.stringify(name)}: \`${value}\``).join("");
  const to = url === null ? "url" : `url: \`${url}\``;
  return [...lines, `return { ${to}, method: ${JSON.stringify(method)}, headers: { ...headers${own} }, body };`]
    .map((line) => `  ${line}`)
    .join("\n");
}

const javascriptTime = {
  s: "String(Math.floor(Date.now() / 1000))",
  ms: "String(Date.now())",
  iso: "new Date().toISOString()",
} as const;

function hmacLines(signing: ProviderSigning, method: string): string[] {
  const parts = partsOf(signing.content).map((part) => {
    if (part === "{body}") return "body";
    return `Buffer.from(${{ "{timestamp}": "timestamp", "{id}": "id", "{url}": "url", "{method}": JSON.stringify(method) }[part] ?? JSON.stringify(part)})`;
  });
  const key = signing.place === "standard" ? 'Buffer.from(secret.replace(/^whsec_/, ""), "base64")' : "secret";
  return [
    `const content = Buffer.concat([${parts.join(", ")}]);`,
    `const signature = createHmac(${JSON.stringify(signing.hash)}, ${key}).update(content).digest(${JSON.stringify(signing.encoding)});`,
  ];
}

export function pytestOf(captured: Captured): string {
  const { what, method, bodyBase64, signing } = captured;
  const makesHmac = signing !== null && signing.hash !== null;
  const headers = keptHeaders(captured).map(([name, value]) => `    ${python(name)}: ${python(value)},`);
  const imports = [
    "base64",
    ...(makesHmac ? ["hashlib", "hmac"] : []),
    "os",
    ...(signing !== null && usesTime(signing) ? ["time"] : []),
    "urllib.request",
  ];
  return `${imports.map((name) => `import ${name}`).join("\n")}

# Received by Webster: ${oneLine(what)}.
URL = os.environ.get("WEBHOOK_URL", "http://localhost:3000/webhooks")
${signing === null ? "" : 'SECRET = os.environ.get("WEBHOOK_SECRET", "")\n'}BODY = base64.b64decode(${python(bodyBase64)})

HEADERS = {
${headers.join("\n")}
}


def signed_request():
${pythonSigning(signing, method)}


def test_${what
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "")}_is_accepted():
    url, headers = signed_request()
    request = urllib.request.Request(url, data=BODY, headers=headers, method=${python(method)})
    with urllib.request.urlopen(request) as response:
        assert response.status < 300
`;
}

function pythonSigning(signing: ProviderSigning | null, method: string): string {
  if (signing === null)
    return "    # This provider's signature cannot be made here: the request goes out as it came.\n    return URL, HEADERS";
  const lines = [
    ...(usesTime(signing) ? [`timestamp = ${pythonTime[signing.timestampUnit]}`] : []),
    ...(usesId(signing) ? [usesTime(signing) ? 'message_id = "msg_" + timestamp' : 'message_id = "msg_" + os.urandom(8).hex()'] : []),
    ...(signing.hash === null ? ["signature = SECRET"] : pythonHmac(signing, method)),
  ];
  const { url, headers } = placed(
    signing,
    (text) => text.replaceAll("{", "{{").replaceAll("}", "}}"),
    "{signature}",
    "{timestamp}",
    "{message_id}",
  );
  const own = headers.map(([name, value]) => `, ${python(name)}: f${python(value)}`).join("");
  const to = url === null ? "URL" : `f${python(url.replace("${url}", "{URL}"))}`;
  return [...lines, `return ${to}, {**HEADERS${own}}`].map((line) => `    ${line}`).join("\n");
}

const pythonTime = {
  s: "str(int(time.time()))",
  ms: "str(int(time.time() * 1000))",
  iso: 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())',
} as const;

function pythonHmac(signing: ProviderSigning, method: string): string[] {
  const parts = partsOf(signing.content).map((part) => {
    if (part === "{body}") return "BODY";
    return (
      {
        "{timestamp}": "timestamp.encode()",
        "{id}": "message_id.encode()",
        "{url}": "URL.encode()",
        "{method}": `${python(method)}.encode()`,
      }[part] ?? `${python(part)}.encode()`
    );
  });
  const key = signing.place === "standard" ? 'base64.b64decode(SECRET.removeprefix("whsec_"))' : "SECRET.encode()";
  const digest = `hmac.new(${key}, content, hashlib.${signing.hash ?? "sha256"}).digest()`;
  const encoded = {
    hex: `${digest}.hex()`,
    base64: `base64.b64encode(${digest}).decode()`,
    base64url: `base64.urlsafe_b64encode(${digest}).decode().rstrip("=")`,
  };
  return [`content = ${parts.join(" + ")}`, `signature = ${encoded[signing.encoding]}`];
}

/** Where signature, time and id go, as the inside of a template of the language. */
function placed(signing: ProviderSigning, escape: (text: string) => string, signature: string, timestamp: string, id: string) {
  const value = escape(signing.prefix) + signature;
  switch (signing.place) {
    case "query":
      return { url: `\${url}?${encodeURIComponent(signing.name)}=${signature}`, headers: [] };
    case "standard": {
      const family = signing.name;
      const headers: [string, string][] = [
        [`${family}-id`, id],
        [`${family}-timestamp`, timestamp],
        [`${family}-signature`, value],
      ];
      return { url: null, headers };
    }
    case "pairs": {
      const { timestampName, separator, signatureName, name } = signing;
      const headers: [string, string][] = [[name, `${timestampName}=${timestamp}${separator}${signatureName}=${signature}`]];
      return { url: null, headers };
    }
    case "header": {
      const time: [string, string][] = signing.timestampHeader === null ? [] : [[signing.timestampHeader, timestamp]];
      const named: [string, string][] = signing.idHeader === null ? [] : [[signing.idHeader, id]];
      const headers: [string, string][] = [[signing.name, value], ...time, ...named];
      return { url: null, headers };
    }
  }
}

const usesTime = ({ place, timestampHeader }: ProviderSigning): boolean =>
  place === "pairs" || place === "standard" || timestampHeader !== null;
const usesId = ({ place, idHeader }: ProviderSigning): boolean => place === "standard" || idHeader !== null;
const partsOf = (content: string): string[] => content.split(/(\{(?:body|timestamp|id|url|method)\})/).filter((part) => part !== "");
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** JSON's strings are Python's, but for what lies beyond 16 bits, which JSON writes as it is. */
const python = (text: string): string => JSON.stringify(text);
