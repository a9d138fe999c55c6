/** The newest svix of the Go module proxy, in a module of its own. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../client.ts";
import { runIn } from "../command.ts";

const sdk = "github.com/svix/svix-webhooks";
/** Some proxies list few of the versions that they have. */
const known = "v1.99.1";

export const goClient: Client = {
  language: "Go",
  tools: [["go", "version"]],
  install: async (directory) => {
    copyFileSync(join(import.meta.dirname, "main.go"), join(directory, "main.go"));
    await runIn(directory, ["go", "mod", "init", "program"]);
    await runIn(directory, ["go", "get", `${sdk}@latest`]);
    if (!isAtLeast(await versionIn(directory), known)) await runIn(directory, ["go", "get", `${sdk}@${known}`]);
    await runIn(directory, ["go", "mod", "tidy"]);
    await runIn(directory, ["go", "build", "-o", "program", "."]);
    return { version: (await versionIn(directory)).slice(1), command: [join(directory, "program")] };
  },
};

const versionIn = async (directory: string): Promise<string> =>
  (await runIn(directory, ["go", "list", "-m", "-f", "{{.Version}}", sdk])).trim();

const isAtLeast = (version: string, other: string): boolean => version.localeCompare(other, "en", { numeric: true }) >= 0;
