/** Signing in and out: what the browser says to next-auth's routes. */

type Outcome = { kind: "signedIn" } | { kind: "refused" } | { kind: "throttled"; waitSeconds: number } | { kind: "failed" };

export async function signIn(email: string, password: string): Promise<Outcome> {
  const answer = await post("callback/credentials", { email, password });
  if (answer === null) return { kind: "failed" };
  const error = new URL(answer.url, window.location.origin).searchParams.get("error");
  if (error === null) return { kind: "signedIn" };
  const wait = /^throttled:(\d+)$/.exec(error)?.[1];
  return wait === undefined ? { kind: "refused" } : { kind: "throttled", waitSeconds: Number(wait) };
}

/** Ends the session of this browser. */
export const signOut = async (): Promise<boolean> => (await post("signout", {})) !== null;

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

async function post(action: string, fields: Record<string, string>): Promise<{ url: string } | null> {
  try {
    const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    const response = await fetch(`/api/auth/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...fields, csrfToken, json: "true" }),
    });
    return (await response.json()) as { url: string };
  } catch {
    return null;
  }
}
