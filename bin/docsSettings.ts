/** `npm run docs:settings`: writes docs/settings.md and .env.example anew, from the table of settings. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { envExample, settingsTable } from "../lib/settingsDocument.ts";

const root = join(import.meta.dirname, "..");
writeFileSync(join(root, "docs/settings.md"), settingsTable());
writeFileSync(join(root, ".env.example"), envExample());
