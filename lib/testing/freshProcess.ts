/** Closes and forgets, before each test file, whatever the file before has left in this process, as if it began here. */
import { closeDatabase } from "../db/client.ts";
import { closeListener } from "../db/listen.ts";
import { forgetSingletons } from "../singleton.ts";

await closeListener();
await closeDatabase();
forgetSingletons();
