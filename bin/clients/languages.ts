import type { Client } from "./client.ts";
import { cli } from "./cli/install.ts";
import { goClient } from "./go/install.ts";
import { java } from "./java/install.ts";
import { javascriptClients } from "./javascript/install.ts";
import { kotlin } from "./kotlin/install.ts";
import { pythonClient } from "./python/install.ts";
import { rust } from "./rust/install.ts";

/** The clients in the order of the table's columns. */
export const clients: Client[] = [pythonClient, goClient, ...javascriptClients, java, kotlin, rust, cli];
