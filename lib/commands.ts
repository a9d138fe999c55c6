/** How people call Webster's programs, in words for them: by npm in a clone, as `webster …` in an image, where there is neither npm nor .env. */
import { isInImage } from "./env.ts";

type Program = "worker" | "demo" | "migrate" | "migrate-svix" | "reset-link" | "rotate-secret";

/** The server, with these settings. */
export function startCommand(...settings: string[]): string {
  if (isInImage()) return settings.length === 0 ? "webster server" : `${settings.join(" ")} in the container's environment`;
  return [...settings, "npm start"].join(" ");
}

/** A program that stands beside the server, with these arguments. */
export function commandOf(program: Program, ...args: string[]): string {
  if (isInImage()) return ["webster", program, ...args].join(" ");
  return [`npm run ${program.replace("migrate-svix", "migrate:svix")}`, ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
}

/** Where settings are made. */
export const settingsPlace = (): string => (isInImage() ? "the environment" : "the environment or the file .env");
