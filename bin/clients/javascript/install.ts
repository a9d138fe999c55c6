/** The newest svix of npm, and the newest of version 1, which npm takes on Node 20. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../client.ts";
import { runIn } from "../command.ts";

const javascript = (language: string, range: string): Client => ({
  language,
  tools: [["npm", "--version"]],
  install: async (directory) => {
    writeFileSync(join(directory, "package.json"), '{"private":true}');
    copyFileSync(join(import.meta.dirname, "program.mjs"), join(directory, "program.mjs"));
    await runIn(directory, ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", `svix@${range}`]);
    const { version } = JSON.parse(readFileSync(join(directory, "node_modules/svix/package.json"), "utf8")) as { version: string };
    return { version, command: [process.execPath, join(directory, "program.mjs")] };
  },
});

export const javascriptClients: Client[] = [javascript("JavaScript", ">=2"), javascript("JavaScript 1", "1")];
