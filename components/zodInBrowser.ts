import { config } from "zod/mini";

// The content security policy forbids code made from text, and the browser reports even zod's attempt to find that out.
if (typeof window !== "undefined") config({ jitless: true });
