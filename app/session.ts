import { cookies, headers } from "next/headers";
import type { SessionOut } from "../lib/contract/session.ts";
import { hasSession } from "../lib/auth/session.ts";
import { api } from "./api.ts";
import { homeAmong } from "./home.ts";
import { inTime } from "./inTime.ts";

/** A page is blank until it is known who asks for it: with a database that is silent, longer than anybody waits. */
const patienceMs = 10_000;

/** The session of who is signed in; null: nobody. Asks the API, as everyone does. Throws if it can't say. */
export async function readSession(): Promise<SessionOut | null> {
  const cookie = (await headers()).get("cookie") ?? "";
  if (!hasSession(cookie)) return null;
  const answer = await inTime(patienceMs, (signal) => api().request("/api/v1/session", { headers: { cookie }, signal }));
  if (answer === null) throw new Error(`The API has not said in ${patienceMs / 1000} s who is signed in`);
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`The API answered ${answer.status} to who is signed in`);
  return (await answer.json()) as SessionOut;
}

/** The path where the dashboard starts, of the organization if the person is in it. Null: a member of nothing. */
export const homeOf = async (session: SessionOut, organizationId: string | null = null): Promise<string | null> =>
  homeAmong(session, { organizationId, lastEnvironmentId: (await cookies()).get("webster-environment")?.value ?? null });
