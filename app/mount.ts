import { connection } from "next/server";
import { api } from "./api.ts";

/** The API, mounted in Next.js for hosts that don't run bin/server.ts, where it answers before Next.js is asked. */
async function answer(request: Request): Promise<Response> {
  await connection();
  return api().fetch(request);
}

export { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as PATCH, answer as POST, answer as PUT };
