import { headers } from "next/headers";
import { env } from "../lib/env.ts";

/** The address to show to people: the configured one, else the one by which this request came. Without a trailing slash. */
export async function publicUrl(): Promise<string> {
  const configured = env().publicUrl;
  if (configured !== null) return configured;
  const host = (await headers()).get("host") ?? "127.0.0.1:3000";
  return `http://${host}`;
}
