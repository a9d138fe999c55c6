import type { Done } from "./doneWords.ts";
import { type Outcome, signIn } from "../session/signIn.ts";

/** Signs in with a password that was just set, and goes to `next`, a path of our own: by the login, where a step is left. */
export async function signInAfter(done: Done, email: string, password: string, next: string): Promise<void> {
  window.location.assign(wayAfter(await signIn(email, password), done, next));
}

/** Where a sign-in leads to. */
export function wayAfter({ kind }: Outcome, done: Done, next: string): string {
  if (kind === "signedIn") return next;
  return `/login?${kind === "second" ? "step=second" : `after=${done}`}&next=${encodeURIComponent(next)}`;
}
