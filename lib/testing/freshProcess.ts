/** Closes and forgets, before each test file, whatever the file before has left in this process, as if it began here. */
import fc from "fast-check";
import { closeDatabase } from "../db/client.ts";
import { closeListener } from "../db/listen.ts";
import { forgetSingletons } from "../singleton.ts";

await closeListener();
await closeDatabase();
forgetSingletons();
// Properties are tried with the same values in each run: a change that breaks one is seen at once, and none by chance. Others: TEST_SEED.
fc.configureGlobal({ seed: Number(process.env["TEST_SEED"] ?? 20_261_128) });
