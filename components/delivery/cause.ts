/**
 * Why an attempt probably failed and what helps, in plain words. A new cause is a row. What becomes of the delivery is not a
 * cause's business: it is said by the delivery's state alone, or a row would promise a retry to what was given up.
 */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import type { Attempt } from "./difference.ts";

export type Cause = { cause: string; fix: string };

/** The same for the customers of a product, who know nothing of Webster and its settings. */
export const spokenBy = (sender: string, { cause, fix }: Cause): Cause => ({ cause: spoken(cause, sender), fix: spoken(fix, sender) });

const spoken = (text: string, sender: string): string =>
  sender === "Webster" ? text : text.replace(" with WEBSTER_ALLOWED_NETWORKS", "").replaceAll("Webster", sender);

type Failure = {
  statusCode: number | null;
  errorClass: DeliveryOut["lastErrorClass"];
  /** The attempt, which knows where its time went. */
  attempt?: Pick<Attempt, "timings" | "durationMs"> | undefined;
};

/** The cause of a failure, in words; null: nothing failed. */
export function causeOf({ statusCode, errorClass, attempt }: Failure): Cause | null {
  if (errorClass === null) return null;
  if (errorClass === "timeout") return timedOutIn[slowStepOf(attempt)];
  if (errorClass !== "status") return unreachable[errorClass];
  const code = statusCode ?? 0;
  return byStatus[code] ?? byClass[Math.floor(code / 100)] ?? other;
}

const mostSaid = 240;

/** Where the cause can't know what exactly was wrong. */
const explained: readonly Attempt["errorClass"][] = ["tls", "protocol", "reset", "authentication"];

/** What the attempt itself says beside the likely cause, in one line, and whose words it is. Null: nothing that would add to it. */
export function saidOf(attempt: Pick<Attempt, "responseStatusCode" | "errorClass" | "response" | "responseHeaders">): Said | null {
  const { responseStatusCode: statusCode, errorClass, responseHeaders } = attempt;
  const response = (attempt.response ?? "").trim();
  if (statusCode === 0) return explained.includes(errorClass) ? said("What went wrong:", response) : null;
  if (statusCode >= 300 && statusCode < 400) return said("It redirects to:", responseHeaders?.["location"] ?? "");
  return response.startsWith("<") ? null : said("It answered:", response);
}

export type Said = { by: string; text: string };

const said = (by: string, text: string): Said | null =>
  text === "" ? null : { by, text: text.length > mostSaid ? `${text.slice(0, mostSaid)}…` : text };

/** What is still to come of a delivery that failed. */
export type Outlook = "retried" | "resent" | "held" | "failed" | "cancelled" | "succeeded";

type Stands = Pick<DeliveryOut, "status"> & { retryAt: string | null; endpointDisabled: boolean; endpointDeleted: boolean };

export function outlookOf({ status, retryAt, endpointDisabled, endpointDeleted }: Stands): Outlook {
  if (status !== "pending") return status;
  if (endpointDisabled || endpointDeleted) return "held";
  return retryAt === null ? "resent" : "retried";
}

/** What comes next, in words; "": nothing that has to be said, or it is said elsewhere. */
export const outlookWords: Record<Outlook, string> = {
  retried: "It is retried by itself.",
  resent: "A resend is on its way.",
  held: "",
  failed: "It was given up: once the cause is mended, resend it.",
  cancelled: "It was cancelled: nothing more is sent of it by itself.",
  succeeded: "",
};

type SlowStep = "dns" | "tcp" | "tls" | "answer";

const roundedMs = 20;

/** The step in which the time ran out: the last one that began, if no time is left for waiting after it. */
function slowStepOf(attempt: Failure["attempt"]): SlowStep {
  const timings = attempt?.timings ?? null;
  if (attempt === undefined || timings === null || timings.reused || timings.firstByteMs !== null) return "answer";
  const { dnsMs, tcpMs, tlsMs } = timings;
  if (attempt.durationMs - (dnsMs ?? 0) - (tcpMs ?? 0) - (tlsMs ?? 0) > roundedMs) return "answer";
  if (tlsMs !== null) return "tls";
  if (tcpMs !== null) return "tcp";
  return dnsMs === null ? "answer" : "dns";
}

const ourNameServer: Cause = {
  cause: "Webster's own name server didn't answer.",
  fix: "Nothing is wrong with the receiver, and this never counts against it. Check the name server of the machine that Webster runs on.",
};

const timedOutIn: Record<SlowStep, Cause> = {
  dns: ourNameServer,
  tcp: {
    cause: "Nobody answered at the host's address: no connection came about in time.",
    fix: "Usually a firewall that drops what it doesn't know, or a host that is off: let Webster's addresses in, or correct the URL.",
  },
  tls: {
    cause: "The connection was opened, but its encryption was not agreed on in time.",
    fix: "Look at what ends TLS in front of the receiver: it is overloaded, or it doesn't speak TLS at this port.",
  },
  answer: {
    cause: "The receiver took longer than a webhook may take.",
    fix: "Let it store the webhook, answer 2xx at once, and do the work afterwards. It may have been processed already: the webhook-id tells a repetition.",
  },
};

const unreachable: Record<Exclude<NonNullable<DeliveryOut["lastErrorClass"]>, "status" | "timeout">, Cause> = {
  dns: {
    cause: "The URL's host name doesn't exist.",
    fix: "Look for a typing error in the URL, or for a DNS record that was removed or has not spread yet.",
  },
  dns_unavailable: ourNameServer,
  refused: {
    cause: "Nothing listens at the URL's host and port.",
    fix: "Start the receiver, or correct the port. Behind a firewall, let Webster's addresses in.",
  },
  reset: {
    cause: "The connection broke before an answer was complete.",
    fix: "Usually a crash, a restart or a proxy that closes early: look into the receiver's log at this moment.",
  },
  tls: {
    cause: "No secure connection: the certificate is expired, incomplete, or made for another name.",
    fix: "Renew the certificate, serve it with its intermediate certificates, and check that it names the URL's host.",
  },
  address: {
    cause: "The host name points to a private or reserved address, where Webster doesn't send.",
    fix: "Point it to a public address. On your own network, the operator can allow it with WEBSTER_ALLOWED_NETWORKS.",
  },
  protocol: {
    cause: "What came back is not valid HTTP.",
    fix: "Check that the port is a web server's, and https:// not sent to plain HTTP, or the reverse.",
  },
  request: {
    cause: "The request could not be made as it is configured.",
    fix: "Check the endpoint's URL and its custom headers.",
  },
  proxy: {
    cause: "The proxy by which webhooks leave this server is down, or let this one not through.",
    fix: "Nothing is wrong with the receiver, and this never counts against it. Whoever runs the server finds the proxy among its settings.",
  },
  authentication: {
    cause: "Webster has nothing valid to authenticate with: the token server gave no token, or the credentials can't be used.",
    fix: "The attempt says what the token server answered. Check the credentials and the token URL in the endpoint's settings.",
  },
  transformation: {
    cause: "The endpoint's transformation failed, so no request was made.",
    fix: "What it said is below. Test it on this payload in the endpoint's Transformation tab; saved changes count from the next attempt on.",
  },
  transformation_cancelled: {
    cause: "The endpoint's transformation cancelled this delivery (webhook.cancel).",
    fix: "If it should have been sent, change the transformation.",
  },
  internal: {
    cause: "Something failed inside Webster.",
    fix: "Nothing is wrong with the receiver. If it comes back, look for this delivery's id in Webster's log.",
  },
};

const answerAtOnce = "Let it store the webhook, answer 2xx at once, and do the work afterwards.";

const byStatus: Record<number, Cause> = {
  400: {
    cause: "The receiver doesn't understand the webhook: often the signature check fails, because the body was parsed first.",
    fix: "Verify the raw bytes of the body, with this endpoint's secret; the verification code below does so.",
  },
  401: {
    cause: "The receiver wants authentication, or refuses the signature.",
    fix: "Exempt the path from login, or add the header it wants to the endpoint. If it verifies: was the secret rotated?",
  },
  403: {
    cause: "Something in front of the receiver refuses: a firewall, bot protection, CSRF protection, or the signature check.",
    fix: "Exempt the path from bot and CSRF protection, and check that the secret is this endpoint's.",
  },
  404: {
    cause: "There is nothing at this path.",
    fix: "Compare the URL's path with the receiver's route; a deployment may have moved it.",
  },
  405: { cause: "The path doesn't take POST.", fix: "Add a POST route. A redirect to a page with a slash at the end can cause it too." },
  408: { cause: "The receiver gave up waiting for the body.", fix: "Usually passing. If not, look at the proxy in front." },
  409: {
    cause: "The receiver reports a conflict, often because it has this webhook already.",
    fix: "A webhook that is known should be answered with 2xx, so that it isn't sent again.",
  },
  410: {
    cause: "The receiver says that it is gone for good, so the endpoint was disabled.",
    fix: "If that was a mistake, enable the endpoint and recover what it missed.",
  },
  411: {
    cause: "The receiver wants a Content-Length and didn't see one.",
    fix: "Look at the proxy in front of it, which probably drops it.",
  },
  413: {
    cause: "The payload is larger than the receiver takes.",
    fix: "Raise its body limit (nginx: client_max_body_size), or send less.",
  },
  419: { cause: "The receiver's CSRF protection refuses the request.", fix: "Exempt the path from CSRF protection." },
  415: { cause: "The receiver doesn't take this content type.", fix: "Accept application/json." },
  422: {
    cause: "The receiver understood the webhook and rejects its content.",
    fix: "Its answer usually says which field. Unknown fields should be ignored rather than refused.",
  },
  429: {
    cause: "Too many webhooks at once for the receiver.",
    fix: "A rate limit on the endpoint spreads them; a Retry-After in the receiver's answer is kept to.",
  },
  500: { cause: "The receiver's own code failed.", fix: "Look into its log at this moment." },
  501: { cause: "The receiver doesn't know this method.", fix: "Add a POST route at this path." },
  502: {
    cause: "The proxy in front of the receiver got no good answer from it.",
    fix: "The application behind it is down or crashes: look into its log.",
  },
  503: {
    cause: "The receiver is overloaded or in maintenance.",
    fix: "Usually passing. After a longer outage, recover what failed in the endpoint's page.",
  },
  504: {
    cause: "The proxy in front of the receiver waited too long for it.",
    fix: answerAtOnce,
  },
  521: { cause: "The proxy in front was refused a connection by the receiver.", fix: "Let the proxy's addresses in." },
  522: { cause: "The proxy in front got no connection to the receiver in time.", fix: "Let the proxy's addresses in." },
  524: { cause: "The proxy in front waited too long for the receiver.", fix: answerAtOnce },
  530: { cause: "The proxy in front can't find the receiver.", fix: "Check the proxy's settings for the origin's host name." },
};

const byClass: Record<number, Cause> = {
  1: { cause: "The receiver never got to a final answer.", fix: "Look at the proxy in front of it." },
  3: {
    cause: "The receiver redirects. Redirects are not followed, because the signed content would go elsewhere.",
    fix: "Put the final URL into the endpoint; often only https:// or a slash at the end differs.",
  },
  4: { cause: "The receiver refuses the request.", fix: "Its answer below usually says why." },
  5: { cause: "The receiver, or a proxy in front of it, failed.", fix: "Look into its log at this moment." },
};

const other: Cause = { cause: "The receiver answered with something other than 2xx.", fix: "Only 2xx counts as received." };
