"use client";

/** Background tasks, as the API has them. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { api } from "../api.ts";
import { clockMs } from "../ui/clock.ts";

const key = ["backgroundTasks"] as const;
const runningMs = 1_000;
const idleMs = 10_000;

/** Asked again each second while one is running. */
export const tasksQuery = (filter: { status?: string | null; iterator?: string | null }) =>
  queryOptions({
    queryKey: [...key, "list", filter],
    queryFn: ({ signal }) => api.get<Page<BackgroundTaskOut>>("/background-task", { query: { ...filter, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.data.some(({ status }) => status === "running") ? runningMs : idleMs),
  });

/** What was queued last has been sent by then; what a slow endpoint still takes, the log shows. */
const settlesMs = 10 * 60_000;
const settlingMs = 5_000;

/** Whether some of what a task has queued is still to end. */
const isSettling = ({ outcome, progress, updatedAt }: BackgroundTaskOut): boolean =>
  outcome !== undefined && outcome.succeeded + outcome.failed < progress.queued && clockMs() - Date.parse(updatedAt) < settlesMs;

/** One task, with what came of it so far. */
export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, "one", id],
    queryFn: ({ signal }) => api.get<BackgroundTaskOut>(`/background-task/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isSettling(state.data) ? settlingMs : false),
  });

export function useChangeTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: "pause" | "resume" | "cancel" }) =>
      api.post<BackgroundTaskOut>(`/background-task/${id}/${change}`, { body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
