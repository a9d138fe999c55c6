/**
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html: RSA over names and values of the message's
 * fields, by a certificate that the message names and that only AWS's own hosts may give.
 */
import { createPrivateKey, sign as signBytes, verify as verifyBytes } from "node:crypto";
import { decode } from "./algorithms.ts";
import { isValidAt, parseChain } from "./certificates.ts";
import { bodyOf } from "./request.ts";
import { isJsonObject } from "../body/json.ts";
import { parseTime } from "./times.ts";
import type { CheckContext, Claim, Handshake, IncomingRequest, Need, Refused, Scheme, Settings } from "./types.ts";
import { refuse } from "./types.ts";
import { parseUrl } from "../../words/url.ts";

type Message = Record<string, string>;

/** The total time of a policy's retries is an hour at most, and each has the time of the first. */
const toleranceMs = { past: 3_900_000, future: 300_000 };

const hashes: Record<string, string> = { "1": "sha1", "2": "sha256" };
const required = ["Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL"];
const ofNotification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const ofSubscription = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

function messageIn(request: IncomingRequest): Message | Refused {
  if (request.headers["x-amz-sns-rawdelivery"] === "true")
    return refuse("missing_header", "SNS signs nothing with raw message delivery: switch it off for this subscription");
  const { kind, value } = bodyOf(request);
  if (kind !== "json" || !isJsonObject(value)) return refuse("malformed", "The body is no message of SNS");
  const message: Message = {};
  for (const [name, field] of Object.entries(value)) if (typeof field === "string") message[name] = field;
  const missing = required.find((name) => message[name] === undefined);
  if (missing !== undefined) return refuse("missing_header", `The message has no ${missing}`);
  // Names and values stand on lines of their own: with a line break, one value could be taken for several fields.
  const broken = [...new Set([...ofNotification, ...ofSubscription])].find(
    (name) => name !== "Message" && /[\r\n]/.test(message[name] ?? ""),
  );
  return broken === undefined ? message : refuse("malformed", `The message's ${broken} holds a line break`);
}

/** All texts that the message may have been signed in. Libraries disagree on whether the end of a subscription has its token. */
function contentsOf(message: Message): Buffer[] {
  if (message["Type"] === "Notification") return [contentOf(message, ofNotification)];
  const whole = contentOf(message, ofSubscription);
  const withoutToken = ofSubscription.filter((name) => name !== "Token");
  return message["Type"] === "SubscriptionConfirmation" ? [whole] : [whole, contentOf(message, withoutToken)];
}

const contentOf = (message: Message, names: readonly string[]): Buffer =>
  Buffer.from(names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join(""));

const topicsOf = (settings: Settings): string[] => (settings["topicArn"] ?? "").split(/[\s,]+/).filter((arn) => arn !== "");

export const sns: Scheme = {
  asymmetric: true,
  recipe: null,
  toleranceMs: () => toleranceMs,
  claim: (request) => {
    const message = messageIn(request);
    if (isRefused(message)) return message;
    const { Timestamp = "", Signature = "", SignatureVersion = "" } = message;
    const timestamp = parseTime(Timestamp, "iso");
    if (timestamp === null) return refuse("malformed", "The message's Timestamp is no time");
    if (hashes[SignatureVersion] === undefined) return refuse("malformed", "The message's SignatureVersion is neither 1 nor 2");
    if (decode(Signature, "base64") === null) return refuse("malformed", "The message's Signature is no base64");
    return { signatures: [Signature], timestamp, id: "" };
  },
  check: (_, claim, context) => {
    const held = isSigned(claim, context);
    if (typeof held !== "boolean") return held;
    if (!held) return "mismatch";
    const message = messageIn(context.request);
    const topic = isRefused(message) ? "" : (message["TopicArn"] ?? "");
    // AWS signs for everybody who has an account there.
    return topicsOf(context.settings).includes(topic)
      ? "match"
      : refuse("bad_signature", `The message is of another topic: ${topic.slice(0, 256).replaceAll(/\p{Cc}/gu, " ")}`);
  },
  proves: (_, claim, context) => isSigned(claim, context) === true,
  sign: (privateKeyPem, draft) => {
    const { value } = bodyOf({ body: draft.body, headers: {}, method: draft.method, url: draft.url, path: "", query: "" });
    if (!isJsonObject(value) || !privateKeyPem.startsWith("-----BEGIN")) return refuse("misconfigured", "Only AWS can sign");
    const message = {
      MessageId: draft.id,
      ...value,
      Timestamp: new Date(draft.nowMs).toISOString(),
      SignatureVersion: "2",
      SigningCertURL: "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
    };
    const content = contentsOf(message)[0] ?? Buffer.alloc(0);
    const Signature = signBytes("sha256", content, createPrivateKey(privateKeyPem)).toString("base64");
    const headers = { "content-type": draft.contentType, "x-amz-sns-message-id": message.MessageId };
    return { method: draft.method, url: draft.url, headers, body: Buffer.from(JSON.stringify({ ...message, Signature })) };
  },
};

function isSigned(claim: Claim, context: CheckContext): boolean | Refused {
  const message = messageIn(context.request);
  if (isRefused(message)) return message;
  const certificate = certificateOf(context);
  if ("reason" in certificate) return certificate;
  const signature = decode(claim.signatures[0] ?? "", "base64");
  const hash = hashes[message["SignatureVersion"] ?? ""] ?? "sha256";
  return signature !== null && contentsOf(message).some((content) => verifyBytes(hash, content, certificate.publicKey, signature));
}

/** The hosts of a partition's own domain; a name that only ends like one is somebody else's. */
const awsHost = /^sns\.[a-z0-9-]{3,32}\.amazonaws\.com(\.cn)?$/;

export function snsNeeds(request: IncomingRequest): Need | Refused {
  const message = messageIn(request);
  if (isRefused(message)) return message;
  const url = awsUrl(message["SigningCertURL"] ?? "");
  if (url === null || url.search !== "" || !/^\/SimpleNotificationService-[\w-]{1,128}\.pem$/.test(url.pathname))
    return refuse("malformed", "The certificate's address is not one of AWS's");
  return { what: "AWS's certificate", url: url.href, method: "GET", headers: {}, body: null, covers: () => true, absent: "bad_signature" };
}

/**
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html: a subscription is confirmed by calling the URL in
 * the message, which must be signed and of a topic that the source takes.
 */
export const snsConfirmation: Handshake = (request, { settings }, holds) => {
  if (settings["confirm"] === "no") return null;
  const message = messageIn(request);
  if (isRefused(message) || message["Type"] !== "SubscriptionConfirmation" || !holds()) return null;
  const url = awsUrl(message["SubscribeURL"] ?? "");
  const isConfirmation = url?.searchParams.get("Action") === "ConfirmSubscription" && url.pathname === "/";
  if (url === null || !isConfirmation) return refuse("malformed", "The address to confirm at is not one of AWS's");
  return { status: 200, headers: {}, body: "", effect: { kind: "visit", url: url.href } };
};

function awsUrl(text: string): URL | null {
  const url = parseUrl(text);
  if (url === null || url.protocol !== "https:" || !awsHost.test(url.hostname)) return null;
  return url.port === "" && url.username === "" && url.password === "" && url.hash === "" ? url : null;
}

function certificateOf({ extras, nowMs }: CheckContext) {
  if (extras.document === undefined) return refuse("misconfigured", "AWS's certificate could not be had");
  const [leaf] = parseChain(extras.document);
  if (leaf?.publicKey.asymmetricKeyType !== "rsa") return refuse("bad_signature", "What AWS's address gave is no certificate");
  return isValidAt(leaf, nowMs) ? leaf : refuse("bad_signature", "The certificate has expired or is not valid yet");
}

const isRefused = (message: Message | Refused): message is Refused => "reason" in message && message.ok === false;
