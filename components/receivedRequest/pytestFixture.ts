/** The same for pytest, with nothing but Python's own library. */
import { type Captured, keptHeaders, signingOfCaptured } from "./captured.ts";
import { type Part, type SigningSteps, type Variable, signingSteps } from "./signingSteps.ts";

/** JSON's strings are Python's. */
const quoted = (text: string): string => JSON.stringify(text);

export function pytestOf(captured: Captured): string {
  const { what, method, bodyBase64 } = captured;
  const signing = signingOfCaptured(captured);
  const steps = signing === null ? null : signingSteps(signing, method);
  return `${importsOf(steps)
    .map((name) => `import ${name}`)
    .join("\n")}

# Received by Webster: ${what.replaceAll(/\s+/g, " ")}.
URL = os.environ.get("WEBHOOK_URL", "http://localhost:3000/webhooks")
${steps === null ? "" : 'SECRET = os.environ.get("WEBHOOK_SECRET", "")\n'}BODY = base64.b64decode(${quoted(bodyBase64)})

HEADERS = {
${headersOf(captured)
  .map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},`)
  .join("\n")}
}


def signed_request():
${[...(steps === null ? [unsigned] : linesOf(steps)), returned(steps)].map((line) => `    ${line}`).join("\n")}


def test_${nameOf(what)}_is_accepted():
    url, headers = signed_request()
    request = urllib.request.Request(url, data=${bodyBase64 === "" ? "None" : "BODY"}, headers=headers, method=${quoted(method)})
    with urllib.request.urlopen(request) as response:
        assert response.status < 300
`;
}

const unsigned = "# This provider's signature cannot be made here: the request goes out as it came.";

const nameOf = (what: string): string =>
  what
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");

/** Left to itself, urllib calls every body a form. */
function headersOf(captured: Captured): [string, string][] {
  const kept = keptHeaders(captured);
  return captured.bodyBase64 === "" || kept.some(([name]) => name === "content-type") ? kept : [...kept, ["content-type", ""]];
}

function importsOf(steps: SigningSteps | null): string[] {
  return [
    "base64",
    ...(steps?.hmac == null ? [] : ["hashlib", "hmac"]),
    "os",
    ...(steps === null || steps.timestampUnit === null ? [] : ["time"]),
    ...(steps === null || steps.queryName === null ? [] : ["urllib.parse"]),
    "urllib.request",
  ];
}

function linesOf({ timestampUnit, usesId, hmac }: SigningSteps): string[] {
  return [
    ...(timestampUnit === null ? [] : [`timestamp = ${times[timestampUnit]}`]),
    ...(usesId ? [`message_id = "msg_" + ${timestampUnit === null ? "os.urandom(8).hex()" : "timestamp"}`] : []),
    ...(hmac === null ? ["signature = SECRET"] : hmacLines(hmac)),
  ];
}

const times = {
  s: "str(int(time.time()))",
  ms: "str(int(time.time() * 1000))",
  iso: 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())',
} as const;

function hmacLines({ hash, encoding, content, isBase64Key }: NonNullable<SigningSteps["hmac"]>): string[] {
  const encoded = {
    hex: "digest.hex()",
    base64: "base64.b64encode(digest).decode()",
    base64url: 'base64.urlsafe_b64encode(digest).decode().rstrip("=")',
  };
  return [
    `content = ${content.map(bytes).join(" + ")}`,
    `digest = hmac.new(${isBase64Key ? 'base64.b64decode(SECRET.removeprefix("v1,").removeprefix("whsec_"))' : "SECRET.encode()"}, content, hashlib.${hash}).digest()`,
    `signature = ${encoded[encoding]}`,
  ];
}

const variables: Record<Variable, string> = { signature: "signature", timestamp: "timestamp", id: "message_id", url: "URL", body: "BODY" };
const written = (part: Part): string => ("text" in part ? quoted(part.text) : variables[part.variable]);
const bytes = (part: Part): string => ("variable" in part && part.variable === "body" ? "BODY" : `${written(part)}.encode()`);

function returned(steps: SigningSteps | null): string {
  if (steps === null) return "return URL, HEADERS";
  const own = steps.headers.map(([name, value]) => `, ${quoted(name)}: ${value.map(written).join(" + ")}`).join("");
  const to =
    steps.queryName === null
      ? "URL"
      : `URL + ("&" if "?" in URL else "?") + ${quoted(`${encodeURIComponent(steps.queryName)}=`)} + urllib.parse.quote(signature, safe="")`;
  return `return ${to}, {**HEADERS${own}}`;
}
