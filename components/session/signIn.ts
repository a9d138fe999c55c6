/** Signing in and out: what the browser says to next-auth's routes. */

import type { FactorWay } from "../../lib/words/factorWay.ts";
import { api, ApiError } from "../api.ts";
import { answerOf, NoPasskeyHere } from "../secondFactor/browserPasskeys.ts";
import { askAlone } from "./askAlone.ts";
import { signingOutBy } from "./signingOut.ts";

/** `second`: a second factor is due, by one of these ways. `expired`: the password was given too long ago. `cancelled`: by the person. `impossible`: not here, and why. */
export type Outcome =
  | { kind: "signedIn" }
  | { kind: "second"; ways: FactorWay[] }
  | { kind: "refused" }
  | { kind: "expired" }
  | { kind: "cancelled" }
  | { kind: "throttled"; waitSeconds: number }
  | { kind: "impossible"; why: string }
  | { kind: "failed" };

export const signIn = (email: string, password: string): Promise<Outcome> => outcomeOf("callback/credentials", { email, password });

/** The second step, with a code of the app or for recovery. */
export const signInWithCode = (code: string): Promise<Outcome> => outcomeOf("callback/code", { code });

/** With a passkey: `alone`, or as the second step. */
export async function signInWithPasskey(step: "alone" | "second"): Promise<Outcome> {
  try {
    const { options } = await api.post<{ options: { rpId?: string } }>("/sign-in/passkey-options", { body: { step } });
    const answer = await answerOf(options);
    return answer === null ? { kind: "cancelled" } : await outcomeOf("callback/passkey", { step, answer: JSON.stringify(answer) });
  } catch (error) {
    if (error instanceof NoPasskeyHere || (error instanceof ApiError && error.code === "conflict"))
      return { kind: "impossible", why: error.message };
    return { kind: error instanceof ApiError && error.status === 401 ? "expired" : "failed" };
  }
}

async function outcomeOf(action: string, fields: Record<string, string>): Promise<Outcome> {
  const answer = await post(action, fields);
  if (answer === null) return { kind: "failed" };
  const error = new URL(answer.url, window.location.origin).searchParams.get("error");
  if (error === null) return { kind: "signedIn" };
  const wait = /^throttled:(\d+)$/.exec(error)?.[1];
  if (wait !== undefined) return { kind: "throttled", waitSeconds: Number(wait) };
  const ways = /^second:([\w,]+)$/.exec(error)?.[1];
  if (ways !== undefined) return { kind: "second", ways: ways.split(",") as FactorWay[] };
  if (error === "expired") return { kind: "expired" };
  // Whatever else went wrong says nothing of the password.
  return { kind: error === "CredentialsSignin" ? "refused" : "failed" };
}

/** Ends the session of this browser. */
export const signOut = (): Promise<boolean> => signingOutBy(async () => (await post("signout", {})) !== null);

/** Leads the browser to the provider; comes back to `next`. */
export async function signInWith(provider: string, next: string): Promise<boolean> {
  const answer = await post(`signin/${provider}`, { callbackUrl: next });
  if (answer === null) return false;
  window.location.assign(answer.url);
  return true;
}

/** Where to go after signing in: only to a page of our own, whatever the address says. */
export const localPath = (next: string | null | undefined): string =>
  next !== null && next !== undefined && /^\/(?![/\\])[!-[\]-~]*$/.test(next) ? next : "/";

/** Where it leads to. Null: nothing came of it. */
async function post(action: string, fields: Record<string, string>): Promise<{ url: string } | null> {
  try {
    // Another tab may have got another token between the two requests of the first time; then nothing else was looked at.
    return await askAlone(async () => (await postOnce(action, fields)) ?? (await postOnce(action, fields)));
  } catch {
    return null;
  }
}

/** Null: it was not taken for this page's. Throws where the answer is none of the sign-in's. */
async function postOnce(action: string, fields: Record<string, string>): Promise<{ url: string } | null> {
  const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  const response = await fetch(`/api/auth/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...fields, csrfToken, json: "true" }),
  });
  // What stands before the sign-in answers in JSON too.
  const { url } = (await response.json()) as { url?: string };
  if (url === undefined) throw new Error(`There is no sign-in, but ${response.status}`);
  return new URL(url, window.location.origin).searchParams.has("csrf") ? null : { url };
}
