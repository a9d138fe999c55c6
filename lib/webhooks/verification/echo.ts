/**
 * Challenges that are answered with themselves: by a provider's row, or by the settings of a kind that belongs to nobody. The
 * asker knows the text already, so the answer tells nothing; it is bounded, and of a kind that no browser runs.
 */
import { isAllowedInAnswers, notAllowedInAnswers } from "../responseHeaders.ts";
import { bodyOf, headerOf, queryOf, valueAt } from "./request.ts";
import { setting } from "./row.ts";
import type { Field, Handshake, IncomingRequest, Reply, SettingsFault, Settings } from "./types.ts";

export type EchoRule = {
  from: "query" | "body" | "header";
  /** The name of the query's parameter or the header; in the body a path such as `data.challenge`. */
  name: string;
  /** Null: any. */
  method: string | null;
  to: "text" | "json" | "header";
  /** The name of the answer's JSON key or header. */
  replyName: string;
  /** Whether the request must verify like a delivery. */
  signed: boolean;
};

export const echo =
  (rule: EchoRule): Handshake =>
  (request, _, holds) => {
    if (rule.method !== null && request.method !== rule.method) return null;
    const challenge = challengeIn(request, rule);
    if (challenge === null || !isEchoable(challenge) || (rule.signed && !holds())) return null;
    return replyTo(challenge, rule);
  };

function challengeIn(request: IncomingRequest, { from, name }: EchoRule): string | null {
  if (from === "query") return queryOf(request).get(name);
  if (from === "body") return bodyOf(request).textAt(name);
  const value = headerOf(request, name.toLowerCase());
  return typeof value === "string" ? value : null;
}

function replyTo(challenge: string, { to, replyName }: EchoRule): Reply | null {
  if (to === "text") return textReply(200, challenge);
  if (to === "json") return jsonReply(200, { [replyName]: challenge });
  return /^[\u0021-\u007e]+$/.test(challenge) ? { status: 200, headers: { [replyName.toLowerCase()]: challenge }, body: "" } : null;
}

const maximumChallengeLength = 2048;

/** Printable, and too short to be a page. `nosniff` and text/plain keep it from being one. */
export const isEchoable = (challenge: string): boolean =>
  challenge !== "" && challenge.length <= maximumChallengeLength && !/\p{Cc}/u.test(challenge);

export function textReply(status: number, body: string): Reply {
  return { status, body, headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" } };
}

export function jsonReply(status: number, body: unknown): Reply {
  return { status, body: JSON.stringify(body), headers: { "content-type": "application/json", "x-content-type-options": "nosniff" } };
}

/** A signed request whose list at the path is empty asks only whether there is anybody. */
export const emptyProbe =
  (path: string): Handshake =>
  (request, _, holds) => {
    const list = valueAt(bodyOf(request).value, path);
    return request.method === "POST" && Array.isArray(list) && list.length === 0 && holds() ? { status: 200, headers: {}, body: "" } : null;
  };

const group = "Challenge";
const places = ["none", "query", "body", "header"] as const;
const answers = ["text", "json", "header"] as const;
const methods = ["any", "GET", "POST", "PUT", "OPTIONS"] as const;

/** Settings for kinds that belong to nobody: their senders may ask a question first. */
export const echoFields: readonly Field[] = [
  setting("challengeFrom", "Challenge in", "Some senders ask for a text back before they send. Where that text is.", {
    options: places,
    default: "none",
    group,
  }),
  setting("challengeName", "Challenge's name", "The parameter, the header, or the path in the JSON body: data.challenge.", { group }),
  setting("challengeMethod", "Challenge's method", "Which requests may be challenges.", { options: methods, default: "any", group }),
  setting("challengeTo", "Answer as", "Where the sender looks for its text.", { options: answers, default: "text", group }),
  setting("challengeReplyName", "Answer's name", "The JSON key or the header, for example x-hook-response.", { group }),
  setting("challengeSigned", "Answer only if it verifies", "Yes, if the sender signs its challenges as it signs deliveries.", {
    options: ["no", "yes"],
    default: "no",
    group,
  }),
];

/** The handshake that the settings of `echoFields` describe. */
export const echoAsSet: Handshake = (request, config, holds) => {
  const rule = ruleOf(config.settings);
  return rule === null || echoFault(config.settings) !== null ? null : echo(rule)(request, config, holds);
};

/** Why the settings of a challenge can't be meant so; null: they can. */
export function echoFault(settings: Settings): SettingsFault | null {
  const rule = ruleOf(settings);
  if (rule === null) return null;
  if (rule.name === "") return { name: "challengeName", fault: "Say what the challenge is called" };
  if (rule.from === "header" && !headerName.test(rule.name)) return { name: "challengeName", fault: "It must be a header's name" };
  if (rule.to !== "text" && rule.replyName === "") return { name: "challengeReplyName", fault: "Say what the answer is called" };
  if (rule.to !== "header") return null;
  if (!headerName.test(rule.replyName)) return { name: "challengeReplyName", fault: "It must be a header's name" };
  return isAllowedInAnswers(rule.replyName) ? null : { name: "challengeReplyName", fault: `${rule.replyName} ${notAllowedInAnswers}` };
}

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;

/** The rule that the settings describe. Null: they know no challenge. */
function ruleOf(settings: Settings): EchoRule | null {
  const from = places.find((place) => place === settings["challengeFrom"]);
  if (from === undefined || from === "none") return null;
  const method = methods.find((one) => one === settings["challengeMethod"]) ?? "any";
  return {
    from,
    name: settings["challengeName"] ?? "",
    method: method === "any" ? null : method,
    to: answers.find((answer) => answer === settings["challengeTo"]) ?? "text",
    replyName: settings["challengeReplyName"] ?? "",
    signed: settings["challengeSigned"] === "yes",
  };
}
