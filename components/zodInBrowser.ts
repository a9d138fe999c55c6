import { config } from "zod/mini";
import { faultWords } from "../lib/contract/faultWords.ts";

// The content security policy forbids code made from text, and the browser reports even zod's attempt to find that out.
// zod/mini brings no messages of its own: without a locale every fault would read "Invalid input".
if (typeof window !== "undefined") config({ jitless: true, localeError: faultWords });
