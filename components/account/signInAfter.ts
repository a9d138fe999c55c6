import { type Outcome, signIn } from "../session/signIn.ts";

/** What may have been done before a sign-in that was to follow, in words for the login where that has not come about. */
export const doneWords = {
  joined: "You have joined",
  passwordSet: "Your password is set",
  ownerCreated: "The owner is created",
} as const;

type Done = keyof typeof doneWords;

export const isDone = (word: unknown): word is Done => typeof word === "string" && Object.hasOwn(doneWords, word);

/** Signs in with a password that was just set, and goes to `next`, a path of our own: by the login, where a step is left. */
export async function signInAfter(done: Done, email: string, password: string, next: string): Promise<void> {
  window.location.assign(wayAfter(await signIn(email, password), done, next));
}

/** Where a sign-in leads to. */
export function wayAfter({ kind }: Outcome, done: Done, next: string): string {
  if (kind === "signedIn") return next;
  return `/login?${kind === "second" ? "step=second" : `after=${done}`}&next=${encodeURIComponent(next)}`;
}
