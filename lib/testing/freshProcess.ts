/** Before each test file: what the one before has left in this process is closed and forgotten, as if it began here. */
import { closeDatabase } from "../db/client.ts";
import { closeListener } from "../db/listen.ts";
import { forgetSingletons } from "../singleton.ts";

await closeListener();
await closeDatabase();
forgetSingletons();
