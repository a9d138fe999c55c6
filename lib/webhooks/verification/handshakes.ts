/**
 * Questions that providers ask before or between their deliveries. Each is answered only if it is proven or harmless:
 * two of them (X, Zoom) ask for a signature by the source's own secret over a text of the asker's choice.
 */
import { createHmac } from "node:crypto";
import { isJsonObject } from "../body/json.ts";
import { isEchoable, jsonReply, textReply as text } from "./echo.ts";
import { bodyOf, formOf, headerOf, isForm, queryOf, sameText, textAt, valueAt } from "./request.ts";
import type { HandshakeKind } from "./row.ts";
import { crcToken } from "./special.ts";
import type { Handshake, IncomingRequest, Reply } from "./types.ts";
import { refuse } from "./types.ts";

const no = (status: number, detail: string): Reply => ({ ...text(status, "Refused"), refused: refuse("misconfigured", detail) });

/** The handshakes that rows name; a row may have one of its own as well. */
export const handshakes: Record<HandshakeKind, Handshake> = {
  /** https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests */
  meta: (request, { settings }) => {
    const query = queryOf(request);
    if (request.method !== "GET" || query.get("hub.mode") !== "subscribe") return null;
    const challenge = query.get("hub.challenge") ?? "";
    const token = settings["verifyToken"] ?? "";
    const known = token !== "" && sameText(query.get("hub.verify_token") ?? "", token);
    if (!known)
      return no(403, "The verify token in the question is not the source's: enter the same at the provider and in the source's settings");
    return isEchoable(challenge) ? text(200, challenge) : no(403, "The question has no challenge that could be shown back");
  },

  /** https://www.w3.org/TR/websub/#hub-verifies-intent: 404 says that this was not asked for. */
  websub: (request, { settings }) => {
    const query = queryOf(request);
    const mode = query.get("hub.mode");
    if (request.method !== "GET" || mode === null) return null;
    const topic = settings["topic"] ?? "";
    const known = topic !== "" && query.get("hub.topic") === topic;
    if (!known) return no(404, "The hub asks for another topic than the source's: compare hub.topic with the source's settings");
    if (mode === "denied") return text(200, "");
    const challenge = query.get("hub.challenge") ?? "";
    return (mode === "subscribe" || mode === "unsubscribe") && isEchoable(challenge)
      ? text(200, challenge)
      : no(404, "The hub's question is none of WebSub's, or has no challenge");
  },

  /** https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation */
  "microsoft-graph": (request) => {
    const token = queryOf(request).get("validationToken");
    return request.method === "POST" && token !== null && isEchoable(token) ? text(200, token) : null;
  },

  /** https://www.dropbox.com/developers/reference/webhooks#documentation */
  dropbox: (request) => {
    const challenge = queryOf(request).get("challenge");
    return request.method === "GET" && challenge !== null && isEchoable(challenge) ? text(200, challenge) : null;
  },

  /**
   * https://docs.slack.dev/reference/events/url_verification: signed like every event. And
   * https://docs.slack.dev/interactivity/implementing-slash-commands: now and then it tries the certificate, with `ssl_check`.
   */
  slack: (request, _, holds) => {
    if (request.method === "POST" && isSslCheck(request)) return { status: 200, headers: {}, body: "" };
    const json = bodyOf(request).value;
    if (request.method !== "POST" || textAt(json, "type") !== "url_verification") return null;
    const challenge = textAt(json, "challenge") ?? "";
    return isEchoable(challenge) && holds() ? text(200, challenge) : null;
  },

  /** https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint */
  zoom: (request, { secrets }, holds) => {
    const json = bodyOf(request).value;
    if (request.method !== "POST" || textAt(json, "event") !== "endpoint.url_validation") return null;
    const plainToken = textAt(json, "payload.plainToken") ?? "";
    const [secret = ""] = secrets;
    // A token with colons could be `v0:time:body`, and the answer the signature of that delivery.
    if (!/^[A-Za-z0-9_+/=-]{1,256}$/.test(plainToken) || secret === "" || !holds()) return null;
    const encryptedToken = createHmac("sha256", secret).update(plainToken).digest("hex");
    return jsonReply(200, { plainToken, encryptedToken });
  },

  /** https://docs.x.com/x-api/webhooks/introduction: the CRC, at once and every hour. */
  x: (request, { secrets }) => {
    const token = queryOf(request).get("crc_token");
    if (request.method !== "GET" || token === null) return null;
    const [secret = ""] = secrets;
    if (secret === "") return no(400, "The source has no consumer secret to answer X's CRC with");
    if (!crcToken.test(token)) return no(400, "This crc_token is not answered: it could be a delivery's body");
    return jsonReply(200, { response_token: `sha256=${createHmac("sha256", secret).update(token).digest("base64")}` });
  },

  /** https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md#4-abuse-protection; no callback is called. */
  cloudevents: (request, { settings }) => {
    if (request.method !== "OPTIONS") return null;
    const origin = headerOf(request, "webhook-request-origin");
    if (typeof origin !== "string") return null;
    const allowed = settings["allowedOrigin"] || "*";
    if (allowed !== "*" && allowed.toLowerCase() !== origin.toLowerCase())
      return no(403, "The origin that asks is not the one that the source allows: compare it with the source's settings");
    const rate = settings["allowedRate"] || "*";
    return {
      status: 200,
      body: "",
      headers: { allow: "POST", "webhook-allowed-origin": allowed, "webhook-allowed-rate": /^\d{1,9}$/.test(rate) ? rate : "*" },
    };
  },

  /**
   * https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint and …/events/webhook-events: the PING of
   * interactions is type 1 and answered with 1; that of events is type 0 and answered with nothing. A type 1 with an event is one.
   */
  discord: (request, _, holds) => {
    const json = bodyOf(request).value;
    const type = valueAt(json, "type");
    if (request.method !== "POST" || !isJsonObject(json)) return null;
    if (type === 0) return holds() ? { status: 204, headers: {}, body: "" } : null;
    return type === 1 && !Object.hasOwn(json, "event") && holds() ? jsonReply(200, { type: 1 }) : null;
  },

  /** https://helpx.adobe.com/sign/developer/webhook/overview.html: verification of intent. */
  "adobe-sign": (request, config, holds) => {
    if (request.method !== "GET") return null;
    const clientId = headerOf(request, "x-adobesign-clientid");
    return typeof clientId === "string" && holds()
      ? {
          ...jsonReply(200, { xAdobeSignClientId: clientId }),
          headers: { "content-type": "application/json", "x-content-type-options": "nosniff", "x-adobesign-clientid": clientId },
        }
      : null;
  },

  /** Intercom asks with HEAD whether the URL is there. */
  intercom: (request) => (request.method === "HEAD" ? { status: 200, headers: {}, body: "" } : null),
};

/** Whether the request is Slack's test of the certificate and holds nothing else that could be lost. */
function isSslCheck(request: IncomingRequest): boolean {
  const form = isForm(request) ? formOf(request) : null;
  return form?.get("ssl_check") === "1" && !form.has("command") && !form.has("payload");
}
