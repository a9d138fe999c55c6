import type { Client } from "./client.ts";
import { javascriptClients } from "./javascript/install.ts";

/** In the order of the table's columns. */
export const clients: Client[] = [...javascriptClients];
