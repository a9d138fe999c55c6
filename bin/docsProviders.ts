/** `npm run docs:providers`: writes docs/providers.md anew, from the table of providers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { providersTable } from "../lib/webhooks/verification/providersTable.ts";

writeFileSync(join(import.meta.dirname, "../docs/providers.md"), providersTable());
