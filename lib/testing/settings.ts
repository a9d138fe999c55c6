/** Settings that every test runs with, unless it says otherwise. */
import { type Env, readEnv } from "../env.ts";

/** The database that every test file's is copied from. */
export const template = "webster_template";

export const testSecret = "a master secret for tests, no other use";

export const testEnv = (databaseUrl: string, overrides: Record<string, string> = {}): Env =>
  readEnv({
    DATABASE_URL: databaseUrl,
    WEBSTER_SECRET: testSecret,
    WEBSTER_DATABASE_WAIT_SECONDS: "20",
    WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128",
    ...overrides,
  });

/** The URL of another database on the same server. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
