/** A move from a server of the Svix API into Webster, in the order in which one thing needs another. */
import type { Api } from "./api.ts";
import { moveApplications } from "./applications.ts";
import { moveEnvironment } from "./environment.ts";
import { moveEventTypes } from "./eventTypes.ts";
import { ApiError, Fatal, fatalOf, foreign } from "./faults.ts";
import type { Move } from "./move.ts";

/** Runs the whole move. Throws `Fatal`; what has been reported until then stands. */
export async function migrate(move: Move): Promise<void> {
  try {
    await requireBoth(move);
    move.say("Event types");
    const eventTypes = await moveEventTypes(move);
    move.say("Applications");
    await moveApplications(move, eventTypes);
    if (move.only.length === 0) {
      move.say("Connectors, operational webhooks, sources");
      await moveEnvironment(move);
    }
    await eventTypes.archive();
    await tellOfTheRest(move);
  } catch (error) {
    throw fatalOf(error) ?? error;
  }
}

/** Checks before anything is done that both sides answer, that one may be read and the other written. */
async function requireBoth({ source, target }: Move): Promise<void> {
  await requireApi(source);
  await requireApi(target);
  // Neither request is whole, so neither does anything; but who may not write is told so first.
  for (const path of ["/api/v1/event-type", "/api/v1/app", "/api/v1/app/none/endpoint", "/api/v1/app/none/msg/import"])
    await requireWritable(target, path);
}

/** Asks for a list of applications, which every server of this API answers. */
async function requireApi(api: Api): Promise<void> {
  try {
    await api.get("/api/v1/app?limit=1");
  } catch (error) {
    const isOther = error instanceof ApiError && error.status < 500 && ![401, 403, 429].includes(error.status);
    throw isOther ? foreign(error) : error;
  }
}

async function requireWritable(target: Api, path: string): Promise<void> {
  try {
    await target.post(path, {});
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401 || error.status === 403) throw error;
    const isImport = path.endsWith("/import");
    if (isImport && error.status !== 422)
      throw new Fatal(
        `${target.url} takes over no messages: it is no Webster, or an older one.`,
        "Set WEBSTER_URL (or --to) to the Webster to move into, and bring it up to date. SVIX_URL (or --from) is the server to move from.",
        error,
      );
  }
}

async function tellOfTheRest({ source, report }: Move): Promise<void> {
  const streams = await source.find<{ data?: unknown[] }>("/api/v1/stream?limit=250").catch(() => null);
  if (streams?.data?.length) report.noCounterpart(`${streams.data.length} or more streams with their sinks: Webster has no streams.`);
  for (const text of always) report.noCounterpart(text);
}

const always = [
  "Attempts and statistics of messages that Svix has sent: they stay there, so keep it until nobody looks at them any more. The messages themselves are in Webster's log, and can be resent.",
  "Retries that Svix still has to make: it makes them, while it runs.",
  "Secrets that were rotated and still sign for their grace period: Svix shows the current ones alone. Let the period pass before the switch.",
  "API keys and links to the app portal: make new ones. WEBSTER_BOOTSTRAP_API_KEY takes the key that your applications have.",
  "Members, settings and looks of the environment.",
  "mTLS and OAuth of endpoints: the API does not show them. Set an endpoint's authentication in Webster.",
];
