"use client";

import type { QueryClient } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import { api } from "../api.ts";
import { Link } from "../ui/link.tsx";
import { grouped } from "../ui/number.ts";
import { toast } from "../ui/toast.tsx";
import { logOf } from "./outcome.tsx";

const lookAgainMs = 2_000;
/** What is queued has been sent soon after; what a slow endpoint still takes, the log shows. */
const settlesMs = 30_000;
const patienceMs = 30 * 60_000;

/** Says how a task that sends deliveries again has ended, wherever one is then, with the log of it. `pathOf`: of the environment. */
export async function tellOutcome(client: QueryClient, id: string, pathOf: (path: string) => string): Promise<void> {
  let finishedMs: number | null = null;
  for (const until = Date.now() + patienceMs; Date.now() < until;) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    const task = await api.get<BackgroundTaskOut>(`/background-task/${id}`).catch(() => null);
    if (task === null || task.status === "running" || task.status === "paused") continue;
    finishedMs ??= Date.now();
    const { succeeded = 0, failed = 0 } = task.outcome ?? {};
    if (succeeded + failed < task.progress.queued && Date.now() - finishedMs < settlesMs) continue;
    await client.invalidateQueries();
    return say(task, succeeded, failed, pathOf);
  }
}

function say(task: BackgroundTaskOut, succeeded: number, failed: number, pathOf: (path: string) => string): void {
  const waiting = Math.max(0, task.progress.queued - succeeded - failed);
  const parts = [
    `${grouped(succeeded)} succeeded`,
    failed > 0 && `${grouped(failed)} failed`,
    waiting > 0 && `${grouped(waiting)} are still under way`,
    task.status !== "finished" && `the background task was ${task.status === "failed" ? "given up" : "cancelled"}`,
  ];
  const link = (
    <Link className="shrink-0 underline underline-offset-4" href={pathOf(logOf(task, failed > 0 ? "failed" : "succeeded"))}>
      {failed > 0 ? "Show what failed" : "Show them"}
    </Link>
  );
  const text = `Resent: ${parts.filter(Boolean).join(", ")}`;
  if (failed === 0 && task.status === "finished") toast.good(text, link);
  else toast.bad(text, link);
}
