/**
 * News of deliveries and received requests for those who look at a log right now: which have changed, not how. Nobody
 * looks most of the time, and then a change costs a look into an empty map. Other processes are told through NOTIFY, and
 * only while they say that somebody there is looking.
 */
import type { EnvironmentId } from "../ids.ts";
import { randomUUID } from "node:crypto";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import { listen, notify } from "./listen.ts";

export type Changed = { messageId: string; endpointId: string };

/** `received`: ids of received requests. `more`: there were others too, too many to name. */
export type News = { changed: Changed[]; received: string[]; more: boolean };

type Listener = (news: News) => void;

const everyMs = 500;
/** A NOTIFY holds 8,000 bytes. */
const maximumTogether = 100;
const interestChannel = "webster_live_interest";
const newsChannel = "webster_live";
const announceMs = 10_000;
const interestMs = 2.5 * announceMs;

type Waiting = { changed: Map<string, Changed>; received: Set<string> };

type State = {
  processId: string;
  listeners: Map<string, Set<Listener>>;
  /** Environments that somebody in another process looks at: until when, by performance.now(). */
  elsewhere: Map<string, number>;
  waiting: Map<string, Waiting>;
  /** Environments of which something could not be kept. */
  overflowed: Set<string>;
  timer: NodeJS.Timeout | null;
  announcing: NodeJS.Timeout | null;
  isHearing: boolean;
};

const state = (): State =>
  singleton("changes", () => ({
    processId: randomUUID(),
    listeners: new Map(),
    elsewhere: new Map(),
    waiting: new Map(),
    overflowed: new Set(),
    timer: null,
    announcing: null,
    isHearing: false,
  }));

/** Tells of a changed delivery. To be called after the change is stored. */
export function noteChange(environmentId: string, messageId: string, endpointId: string): void {
  note(
    environmentId,
    ({ changed }) => changed.size < maximumTogether && changed.set(`${messageId}.${endpointId}`, { messageId, endpointId }),
  );
}

/** Tells of a received request. To be called after it is stored. */
export function noteReceived(environmentId: string, requestId: string): void {
  note(environmentId, ({ received }) => received.size < maximumTogether && received.add(requestId));
}

/** `keep` answers false where there is no more room. */
function note(environmentId: string, keep: (waiting: Waiting) => unknown): void {
  const current = state();
  if (current.listeners.size === 0 && current.elsewhere.size === 0) return;
  if (!current.listeners.has(environmentId) && !current.elsewhere.has(environmentId)) return;
  let waiting = current.waiting.get(environmentId);
  if (waiting === undefined) current.waiting.set(environmentId, (waiting = { changed: new Map(), received: new Set() }));
  if (keep(waiting) === false) current.overflowed.add(environmentId);
  current.timer ??= setTimeout(() => flush(current), everyMs).unref();
}

/** Calls the listener at most twice a second, until the answer is called. */
export function subscribe(environmentId: EnvironmentId, listener: Listener): () => void {
  const current = state();
  const others = current.listeners.get(environmentId);
  if (others === undefined) {
    current.listeners.set(environmentId, new Set([listener]));
    void announce(current, [environmentId]);
  } else others.add(listener);
  current.announcing ??= setInterval(() => void announce(current, [...current.listeners.keys()]), announceMs).unref();
  void hear(current);
  return () => {
    const all = current.listeners.get(environmentId);
    all?.delete(listener);
    if (all?.size === 0) current.listeners.delete(environmentId);
    if (current.listeners.size > 0 || current.announcing === null) return;
    clearInterval(current.announcing);
    current.announcing = null;
  };
}

/** From now on this process hears what others look at, and tells them of its changes. A second call does nothing. */
export function watchInterest(): Promise<void> {
  return singleton("changesInterest", () =>
    listen(interestChannel, (payload) => {
      const current = state();
      const { process, environments } = JSON.parse(payload) as { process: string; environments: string[] };
      if (process === current.processId) return;
      for (const id of environments) current.elsewhere.set(id, performance.now() + interestMs);
      // A process that falls silent is soon told nothing more.
      setTimeout(() => forgetSilent(current), interestMs + 1_000).unref();
    }),
  );
}

function forgetSilent({ elsewhere }: State): void {
  for (const [id, untilMs] of elsewhere) if (untilMs < performance.now()) elsewhere.delete(id);
}

async function announce(current: State, environments: string[]): Promise<void> {
  for (let i = 0; i < environments.length; i += maximumTogether)
    await tell(interestChannel, { process: current.processId, environments: environments.slice(i, i + maximumTogether) });
}

/** Takes in what other processes tell. */
async function hear(current: State): Promise<void> {
  if (current.isHearing) return;
  current.isHearing = true;
  try {
    await listen(newsChannel, (payload) => {
      const {
        process,
        environmentId,
        keys = [],
        received = [],
        more,
      } = JSON.parse(payload) as {
        process: string;
        environmentId: string;
        keys?: [string, string][];
        received?: string[];
        more: boolean;
      };
      if (process === current.processId) return;
      deliver(current, environmentId, { changed: keys.map(([messageId, endpointId]) => ({ messageId, endpointId })), received, more });
    });
  } catch (error) {
    current.isHearing = false;
    log.warn({ error: (error as Error).message }, "changes.listen_failed");
  }
}

function flush(current: State): void {
  current.timer = null;
  const { processId, waiting, overflowed, elsewhere } = current;
  for (const [environmentId, noted] of waiting) {
    const news: News = { changed: [...noted.changed.values()], received: [...noted.received], more: overflowed.has(environmentId) };
    deliver(current, environmentId, news);
    if (!elsewhere.has(environmentId)) continue;
    const about = { process: processId, environmentId, more: news.more };
    const keys = news.changed.map(({ messageId, endpointId }) => [messageId, endpointId]);
    if (keys.length > 0 || news.received.length === 0) void tell(newsChannel, { ...about, keys });
    if (news.received.length > 0) void tell(newsChannel, { ...about, received: news.received });
  }
  waiting.clear();
  overflowed.clear();
}

function deliver({ listeners }: State, environmentId: string, news: News): void {
  for (const listener of listeners.get(environmentId) ?? []) listener(news);
}

async function tell(channel: string, news: object): Promise<void> {
  await notify(channel, JSON.stringify(news)).catch((error: Error) => log.warn({ error: error.message }, "changes.notify_failed"));
}
