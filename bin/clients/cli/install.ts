/** Svix's own command line, as it is on this machine: what npm has of it downloads a program. */
import { join } from "node:path";
import type { Client } from "../client.ts";
import { runIn } from "../command.ts";

export const cli: Client = {
  language: "svix-cli",
  tools: [["svix", "health", "--help"]],
  install: async (directory) => {
    const [, version = ""] = (await runIn(directory, ["svix", "--version"])).match(/(\d[\w.-]+)/) ?? [];
    return { version, command: [process.execPath, join(import.meta.dirname, "program.mjs"), "svix"] };
  },
};
