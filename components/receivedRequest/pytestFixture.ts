/** A received request as a test of pytest that sends it again, signed anew, with nothing but Python's own library. */
import { type Captured, keptHeaders } from "./captured.ts";
import { decodedByHubspot, isVariable, type Part, type SigningSteps, signingSteps, type Variable } from "./signingSteps.ts";

/** A text as Python has it: JSON's strings are Python's. */
const quoted = (text: string): string => JSON.stringify(text);

export function pytestOf(captured: Captured): string {
  const { what, method, bodyBase64 } = captured;
  const steps = signingSteps(captured);
  return `${importsOf(steps)
    .map((name) => `import ${name}`)
    .join("\n")}

# Received by Webster: ${what.replaceAll(/\s+/g, " ")}.
URL = os.environ.get("WEBHOOK_URL", "http://localhost:3000/webhooks")
${steps === null ? "" : 'SECRET = os.environ.get("WEBHOOK_SECRET", "")\n'}${steps?.body == null ? `BODY = base64.b64decode(${quoted(bodyBase64)})\n` : ""}
HEADERS = {
${headersOf(captured)
  .map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},`)
  .join("\n")}
}


def signed_request():
${[...(steps === null ? [unsigned] : linesOf(steps)), returned(steps)].map((line) => `    ${line}`).join("\n")}


def test_${nameOf(what)}_is_accepted():
    url, headers, body = signed_request()
    request = urllib.request.Request(url, data=${bodyBase64 === "" ? "None" : "body"}, headers=headers, method=${quoted(method)})
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
  const parses = steps !== null && (steps.queryName !== null || steps.uses.form || steps.uses.decodedUrl);
  return [
    ...(steps?.body == null || steps.hmac?.encoding !== "hex" ? ["base64"] : []),
    ...(steps?.hmac == null ? [] : ["hashlib", "hmac"]),
    "os",
    ...(steps?.uses.decodedUrl === true ? ["re"] : []),
    ...(steps === null || steps.timestampUnit === null ? [] : ["time"]),
    ...(parses ? ["urllib.parse"] : []),
    "urllib.request",
  ];
}

function linesOf(steps: SigningSteps): string[] {
  const { timestampUnit, usesId, body, uses, hashName } = steps;
  return [
    ...(timestampUnit === null ? [] : [`timestamp = ${times[timestampUnit]}`]),
    ...(usesId ? [`message_id = "msg_" + ${timestampUnit === null ? "os.urandom(8).hex()" : "timestamp"}`] : []),
    ...(body === null ? [] : [`body = (${body.map(written(steps)).join(" + ")}).encode()`]),
    ...(uses.form ? formLines : []),
    ...(uses.decodedUrl
      ? [`decoded_url = re.sub("${decodedByHubspot}", lambda code: urllib.parse.unquote(code.group()), URL, flags=re.IGNORECASE)`]
      : []),
    ...(hashName === null ? [] : ["body_hash = hashlib.sha256(BODY).hexdigest()", `signed_url = ${withParameter(hashName, "body_hash")}`]),
    ...(steps.hmac === null ? ["signature = SECRET"] : hmacLines(steps, steps.hmac)),
  ];
}

const formLines = [
  "fields = urllib.parse.parse_qs(BODY.decode(), keep_blank_values=True)",
  'form = "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))',
];

const times = {
  s: "str(int(time.time()))",
  ms: "str(int(time.time() * 1000))",
  iso: 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())',
} as const;

function hmacLines(steps: SigningSteps, { hash, encoding, content, isBase64Key }: NonNullable<SigningSteps["hmac"]>): string[] {
  const encoded = {
    hex: "digest.hex()",
    base64: "base64.b64encode(digest).decode()",
    base64url: 'base64.urlsafe_b64encode(digest).decode().rstrip("=")',
  };
  const bytes = (part: Part): string => written(steps)(part) + (isVariable(part, "body") ? "" : ".encode()");
  const key = isBase64Key ? 'base64.b64decode(SECRET.removeprefix("v1,").removeprefix("whsec_"))' : "SECRET.encode()";
  return [
    `content = ${content.map(bytes).join(" + ")}`,
    `digest = hmac.new(${key}, content, hashlib.${hash}).digest()`,
    `signature = ${encoded[encoding]}`,
  ];
}

const variables: Record<Variable, string> = {
  signature: "signature",
  timestamp: "timestamp",
  id: "message_id",
  url: "URL",
  body: "BODY",
  form: "form",
  decodedUrl: "decoded_url",
  bodyHash: "body_hash",
};

const written =
  ({ hashName, body }: SigningSteps) =>
  (part: Part): string => {
    if ("text" in part) return quoted(part.text);
    if (part.variable === "body" && body !== null) return "body";
    return part.variable === "url" && hashName !== null ? "signed_url" : variables[part.variable];
  };

const withParameter = (name: string, value: string): string =>
  `URL + ("&" if "?" in URL else "?") + ${quoted(`${encodeURIComponent(name)}=`)} + ${value}`;

function returned(steps: SigningSteps | null): string {
  if (steps === null) return "return URL, HEADERS, BODY";
  const own = steps.headers.map(([name, value]) => `, ${quoted(name)}: ${value.map(written(steps)).join(" + ")}`).join("");
  const { queryName, hashName } = steps;
  const to =
    queryName === null ? (hashName === null ? "URL" : "signed_url") : withParameter(queryName, 'urllib.parse.quote(signature, safe="")');
  return `return ${to}, {**HEADERS${own}}, ${steps.body === null ? "BODY" : "body"}`;
}
