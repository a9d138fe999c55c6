/** Sending again and seeing how that ends, or sending no more. */
import type { QueryClient } from "@tanstack/react-query";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { ApiError, api } from "../api.ts";
import { toast } from "../ui/toast.tsx";
import { shortUrl } from "./format.ts";
import { type DeliveryPage, keyOf } from "./page.ts";
import { type DeliveryKey, deliveryPath } from "./pageQueries.ts";
import { patch, refresh } from "./queries.ts";
import { tell } from "./told.ts";
import { answerOf } from "./words.ts";

/** Deliveries that are being resent from here: a second click, or a second key, is the same one. */
const underWay = new Set<string>();

const lookAgainMs = 600;
const patienceMs = 90_000;

/** Resends deliveries. Each row says at once that it is being sent, and how it ended; a toast tells of all. */
export async function resendAll(client: QueryClient, rows: readonly DeliveryOut[]): Promise<void> {
  const fresh = rows.filter((row) => !row.sending && !underWay.has(keyOf(row)));
  const outcomes = await Promise.all(fresh.map((row) => resendOne(client, row)));
  await refresh(client);
  say(fresh, outcomes);
}

/** Takes back what is still planned of a delivery, and says whether it could. */
export async function cancelRetry(client: QueryClient, key: DeliveryKey): Promise<void> {
  try {
    const row = await api.post<DeliveryOut>(`${deliveryPath(key)}/cancel`);
    patch(client, row, row);
    toast.good("Nothing more is sent of it");
  } catch (error) {
    toast.bad(`Not cancelled: ${error instanceof Error ? error.message : String(error)}`);
  }
  await refresh(client);
}

/** How it ended; text: why it was not sent. Null: it has not ended yet. */
type Outcome = DeliveryOut | string | null;

async function resendOne(client: QueryClient, row: DeliveryOut): Promise<Outcome> {
  if (row.endpointDeleted) return "The endpoint was deleted";
  const id = keyOf(row);
  underWay.add(id);
  patch(client, row, { status: "pending", sending: true, nextAttemptAt: null });
  try {
    await api.post(`${deliveryPath(row)}/resend`);
    const ended = await endOf(row);
    if (ended !== null) {
      patch(client, row, ended);
      tell([ended]);
    }
    return ended;
  } catch (error) {
    // It is what it was before.
    patch(client, row, row);
    return error instanceof ApiError ? error.message : String(error);
  } finally {
    underWay.delete(id);
  }
}

/** The delivery once another attempt of it has ended. */
async function endOf({ messageId, endpointId, attemptCount }: DeliveryOut): Promise<DeliveryOut | null> {
  const query = { message_id: messageId, endpoint_id: endpointId, limit: 1 };
  for (const until = Date.now() + patienceMs; Date.now() < until;) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    const page = await api.get<DeliveryPage>("/delivery", { query }).catch(() => null);
    const now = page?.data[0];
    if (now !== undefined && now.attemptCount > attemptCount && !now.sending) return now;
  }
  return null;
}

const hasSucceeded = (outcome: Outcome): boolean =>
  outcome !== null && typeof outcome !== "string" && outcome.lastErrorClass === null && outcome.lastStatusCode !== null;

function say(rows: readonly DeliveryOut[], outcomes: readonly Outcome[]): void {
  const [row] = rows;
  const [outcome = null] = outcomes;
  if (row === undefined) return;
  if (rows.length > 1) return sayTogether(outcomes);
  const what = `${row.eventType} to ${cut(shortUrl(row.endpointUrl))}`;
  if (typeof outcome === "string") return toast.bad(`Not sent: ${outcome}`);
  if (outcome === null) return toast.good(`Still under way: ${what}`);
  const answer = answerOf(outcome) ?? "no answer";
  if (hasSucceeded(outcome)) toast.good(`Succeeded: ${what} (${answer})`);
  else toast.bad(`Failed again: ${what} (${answer})`);
}

const toldLetters = 60;

/** A toast names the endpoint, and stays a toast. */
const cut = (url: string): string => (url.length > toldLetters ? `${url.slice(0, toldLetters - 20)}…${url.slice(-19)}` : url);

function sayTogether(outcomes: readonly Outcome[]): void {
  const succeeded = outcomes.filter(hasSucceeded).length;
  const unsent = outcomes.filter((outcome) => typeof outcome === "string");
  const waiting = outcomes.filter((outcome) => outcome === null).length;
  const failed = outcomes.length - succeeded - unsent.length - waiting;
  const parts = [
    `${succeeded} of ${outcomes.length} succeeded`,
    failed > 0 && `${failed} failed again`,
    waiting > 0 && `${waiting} are still under way`,
    unsent.length > 0 && `${unsent.length} were not sent: ${unsent[0]}`,
  ];
  const text = parts.filter(Boolean).join(", ");
  if (succeeded === outcomes.length) toast.good(text);
  else toast.bad(text);
}
