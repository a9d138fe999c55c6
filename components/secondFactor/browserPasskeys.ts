/** The browser's passkeys. The library comes when it is used: most who sign in never need it. */

/** Passkeys can't be used here; the message says why, for people. */
export class NoPasskeyHere extends Error {}

/** What a passkey answers to the API's options; null: the person, or the browser, has not given one. Throws NoPasskeyHere. */
export async function answerOf(options: { rpId?: string }): Promise<object | null> {
  // Such as at 127.0.0.1, where they are localhost's. Browsers say no more than that it is not allowed.
  const { hostname } = window.location;
  if (options.rpId !== hostname && !hostname.endsWith(`.${options.rpId}`))
    throw new NoPasskeyHere(`Passkeys of this Webster are for ${options.rpId}, not for ${hostname}: open it there.`);
  const { startAuthentication } = await import("@simplewebauthn/browser");
  return orNothing(startAuthentication({ optionsJSON: options as never }));
}

/** A passkey as the browser has made it; null: the person, or the browser, has not. */
export async function newPasskey(options: object): Promise<object | null> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  return orNothing(startRegistration({ optionsJSON: options as never }));
}

// Browsers say of a cancelled question no more than that it was not allowed, or took too long.
const orNothing = (asked: Promise<object>): Promise<object | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof Error && ["NotAllowedError", "AbortError"].includes(error.name)) return null;
    if (error instanceof Error && error.name === "InvalidStateError")
      throw new NoPasskeyHere("This device has a passkey of yours already.");
    throw error;
  });
