/** The browser's passkeys. The library comes when it is used: most who sign in never need it. */

/** What a passkey answers to the API's options; null: the person, or the browser, has not given one. */
export async function answerOf(options: object): Promise<object | null> {
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
    throw error;
  });
