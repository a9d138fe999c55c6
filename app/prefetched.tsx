import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { type Query, searchOf } from "../components/api.ts";
import { type Answer, Known } from "../components/known.tsx";
import { api } from "./api.ts";
import { inTime, pagePatienceMs } from "./inTime.ts";
import { isLookedAt } from "./lookedAt.ts";

/**
 * A question that a page would ask the API first, and where its queries look for the answer. POST: asking notes something, so it is
 * asked only for somebody who looks at the page. `isSubject`: it is what the page is about; where that isn't there, or isn't what
 * the address says of it, the page is answered 404, with its `not-found.tsx`. `read`: of the answer's text, as the query in the
 * browser reads it.
 */
type Ask = {
  queryKey: readonly unknown[];
  path: string;
  query: Query;
  method?: "GET" | "POST";
  isSubject?: boolean | ((answer: unknown) => boolean);
  read?: (answer: string) => unknown;
};

type PrefetchedProps = {
  /** A function, where the questions are about now. */
  asks: Ask[] | (() => Ask[]);
  /** The header that says whose data it is: `webster-environment` or `webster-portal`, as the browser sends it. */
  as: Record<string, string>;
  children: ReactNode;
};

/** It is Webster's own page that asks, for whom it is drawn. */
const ownPage = { "sec-fetch-site": "same-origin" };

/** A page with the answers to what it asks first, so that its first drawing is complete. What fails or takes long, it asks again itself. */
export async function Prefetched({ asks, as, children }: PrefetchedProps) {
  return <Known answers={await answersTo(asks, as)}>{children}</Known>;
}

/** The answers to what a page asks first. */
export async function answersTo(asks: PrefetchedProps["asks"], as: PrefetchedProps["as"]): Promise<Answer[]> {
  // Never ahead of a request: the API reads the clock, which Next.js would complain of.
  await connection();
  const asked = await headers();
  const cookie = asked.get("cookie") ?? "";
  const mayNote = isLookedAt(asked);
  const all = (typeof asks === "function" ? asks() : asks).filter(({ method }) => method !== "POST" || mayNote);
  const answers = await Promise.all(
    all.map(async ({ queryKey, path, query, method = "GET", isSubject = false, read = JSON.parse }): Promise<Answer[]> => {
      const answer = await answerTo(method, `/api/v1${path}${searchOf(query)}`, { ...as, ...ownPage, cookie });
      if (isSubject !== false && answer?.status === 404) notFound();
      if (answer?.ok !== true) return [];
      const data = read(await answer.text()) as unknown;
      if (typeof isSubject === "function" && !isSubject(data)) notFound();
      return [{ queryKey, data, atMs: Date.now() }];
    }),
  );
  return answers.flat();
}

/** The answer to a path. Null: there is none in time. */
const answerTo = (method: string, path: string, headers: Record<string, string>): Promise<Response | null> =>
  inTime(pagePatienceMs, (signal) => api().request(path, { method, headers, signal }));
