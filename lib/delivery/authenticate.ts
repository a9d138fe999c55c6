/** Access tokens, for endpoints whose receivers want one: it is fetched before the request is made. */
import type { EndpointSnapshot } from "../db/applications.ts";
import type { OAuth2 } from "../webhooks/authentication.ts";
import type { Failure } from "./failure.ts";
import type { Step } from "./preparationStep.ts";
import { type Sending, whoseOf } from "./send.ts";

/** Adds the token to the request; after a 401, the request is made once more with a new one. */
export const authenticationStep: Step = {
  isNeeded: ({ authentication }) => isOAuth2(authentication),
  run: async (sending, endpoint, _job, { tokens }) => {
    const { authentication } = endpoint;
    if (!isOAuth2(authentication) || sending.isElsewhere) return { kind: "ready", sending };
    const startedMs = performance.now();
    const whose = whoseOf(endpoint);
    const first = await tokens.get(whose, authentication);
    if (!first.ok) return { kind: "ready", sending: failed({ ...sending, startedMs }, first.failure) };
    const renew = async (): Promise<Sending> => {
      const other = await tokens.get(whose, authentication, first.token);
      return other.ok ? withToken(sending, other.token) : failed(sending, other.failure);
    };
    return { kind: "ready", sending: { ...withToken(sending, first.token), startedMs, renew } };
  },
};

function withToken(sending: Sending, token: string): Sending {
  const { target } = sending;
  if (!target.ok) return sending;
  const headers = [...target.headers, "authorization", `Bearer ${token}`];
  return { ...sending, target: { ...target, headers, secrets: [...target.secrets, token] } };
}

const isOAuth2 = (authentication: EndpointSnapshot["authentication"]): authentication is OAuth2 =>
  authentication !== null && authentication !== "unreadable" && authentication.kind === "oauth2";

const failed = (sending: Sending, failure: Failure): Sending => ({ ...sending, target: { ok: false, failure } });
