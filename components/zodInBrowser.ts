import { config } from "zod/mini";
import en from "zod/v4/locales/en.js";

// The content security policy forbids code made from text, and the browser reports even zod's attempt to find that out.
// zod/mini brings no messages of its own: without a locale every fault would read "Invalid input".
if (typeof window !== "undefined") config({ jitless: true, ...en() });
