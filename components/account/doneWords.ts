/** What may have been done before a sign-in that was to follow, in words for the login where that has not come about. */
export const doneWords = {
  joined: "You have joined",
  passwordSet: "Your password is set",
  ownerCreated: "The owner is created",
} as const;

export type Done = keyof typeof doneWords;

export const isDone = (word: unknown): word is Done => typeof word === "string" && Object.hasOwn(doneWords, word);
