import type { Outcome } from "../session/signIn.ts";

/** Why somebody is not signed in, in words. */
export function refusals(outcome: Outcome): string {
  switch (outcome.kind) {
    case "throttled":
      return `Too many attempts. Try again in ${outcome.waitSeconds} seconds.`;
    case "impossible":
      return outcome.why;
    case "failed":
      return "Webster or its database could not be reached. Check your connection, then try again.";
    case "expired":
      return "That took too long: give your password again.";
    case "signedIn":
    case "second":
    case "cancelled":
    case "refused":
      return "E-mail address or password is wrong.";
  }
}
