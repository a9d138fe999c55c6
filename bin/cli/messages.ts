/** `webster send`, `trigger` and `resend`: messages, as Webster and Svix take them alike. */
import { type Call, clientOf, Refused } from "./client.ts";
import { CliError, type Io, plain, print, say } from "./io.ts";
import { readGiven } from "./requestFile.ts";
import { targetOf, type TargetOptions } from "./target.ts";
import { isRecord } from "../../lib/words/record.ts";

export type SendOptions = TargetOptions & {
  app: string;
  data?: string;
  file?: string;
  eventId?: string;
  channel?: string[];
  tag?: string[];
};

export async function send(eventType: string, options: SendOptions, io: Io): Promise<void> {
  const call = clientOf(targetOf(options, io));
  const { eventId, channel, tag } = options;
  const more = {
    eventType,
    ...(eventId === undefined ? {} : { eventId }),
    ...(channel && { channels: channel }),
    ...(tag && { tags: tag }),
  };
  const payload = await payloadOf(options, io);
  // The payload is written as it is: reading and writing JSON anew would change its numbers.
  const body = `${JSON.stringify(more).slice(0, -1)},"payload":${payload}}`;
  const { id } = await call<{ id: string }>("POST", `/app/${encodeURIComponent(options.app)}/msg`, body);
  print(io, id);
}

async function payloadOf({ data, file }: SendOptions, io: Io): Promise<string> {
  const isNone = data === undefined && file === undefined && io.stdin.isTTY === true;
  const text = isNone ? "" : (data ?? (await readGiven(file ?? "-", io)).toString());
  if (text.trim() === "")
    throw new CliError("There is no payload.", `Give it as --data '{"amount":42}', --file payload.json, or in the standard input.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError(`The payload is not valid JSON: ${(error as Error).message}`, "Correct it; in a shell, put it in single quotes.");
  }
  if (!isRecord(value)) throw new CliError("The payload is no JSON object.", `Give it as {"amount":42}`);
  return text;
}

export type TriggerOptions = TargetOptions & { app?: string; endpoint?: string; source?: string };
type Endpoint = { id: string; uid?: string | null; url: string };

/** Sends an event type's example to one endpoint, or a provider's to a source: signed as the provider signs. */
export async function trigger(eventType: string | undefined, options: TriggerOptions, io: Io): Promise<void> {
  const call = clientOf(targetOf(options, io));
  if (options.source !== undefined) return triggerSource(call, options.source, io);
  if (options.app === undefined || eventType === undefined)
    throw new CliError("What is to be sent, and to whom?", "webster trigger invoice.paid --app ID, or webster trigger --source ID");
  const app = `/app/${encodeURIComponent(options.app)}`;
  const endpoint = options.endpoint ?? (await endpointOf(call, app)).id;
  const sent = call<{ id: string }>("POST", `${app}/endpoint/${encodeURIComponent(endpoint)}/send-example`, { eventType });
  const { id } = await sent.catch((error: unknown) => {
    if (!(error instanceof Refused && error.status === 400)) throw error;
    const own = `webster send ${eventType} --app ${options.app ?? ""} --data '{"amount":42}'`;
    throw new CliError(error.message, `Give its schema an example in the dashboard, or send a payload of your own: ${own}`, {
      cause: error,
    });
  });
  print(io, id);
}

/** The endpoint that `webster listen` made, or the only one: an example is for nobody else. */
async function endpointOf(call: Call, app: string): Promise<Endpoint> {
  const { data } = await call<{ data: Endpoint[] }>("GET", `${app}/endpoint?limit=100`);
  const listening = data.filter(({ uid }) => uid?.startsWith("webster-listen-") === true);
  const [first, ...others] = listening.length > 0 ? listening : data;
  if (first === undefined) throw new CliError("The application has no endpoint.", "webster listen --app ID --forward-to URL makes one");
  if (others.length > 0)
    throw new CliError(
      `The application has ${others.length + 1} endpoints.`,
      `Name one: ${[first, ...others]
        .map(({ id, url }) => `--endpoint ${id} (${plain(url)})`)
        .slice(0, 10)
        .join(", ")}`,
    );
  return first;
}

type SourceTest = { status: number; verdict: string | null; receivedRequestId: string | null; messageId: string | null };

async function triggerSource(call: Call, source: string, io: Io): Promise<void> {
  const { status, verdict, messageId, receivedRequestId } = await call<SourceTest>(
    "POST",
    `/source/${encodeURIComponent(source)}/send-test`,
    {},
  );
  print(io, [messageId ?? receivedRequestId ?? "", verdict ?? "", `answered ${status}`].filter(Boolean).join("  "));
}

export type ResendOptions = TargetOptions & { app?: string; endpoint?: string; all?: boolean };

type AttemptedEndpoint = { id: string; status: number; nextAttempt?: string | null };

/** Whether the last attempt failed: it was given up, or waits for its next try. One that has not been tried yet is another status. */
const hasFailed = ({ status, nextAttempt }: AttemptedEndpoint): boolean =>
  status === 2 || (status === 3 && typeof nextAttempt === "string");

/** Sends a message again: to one endpoint, to those where its last attempt failed, or to all that it was for. */
export async function resend(messageId: string, options: ResendOptions, io: Io): Promise<void> {
  const call = clientOf(targetOf(options, io));
  const id = encodeURIComponent(messageId);
  const app = options.app ?? (await call<{ application: { id: string } }>("GET", `/msg/${id}`)).application.id;
  const message = `/app/${encodeURIComponent(app)}/msg/${id}`;
  const endpoints = options.endpoint === undefined ? await endpointsOf(call, message, options.all === true) : [options.endpoint];
  if (endpoints.length === 0)
    throw new CliError("It failed nowhere.", "--all sends it again to every endpoint that it was for, --endpoint ID to one");
  for (const endpoint of endpoints) {
    await call("POST", `${message}/endpoint/${encodeURIComponent(endpoint)}/resend`, {});
    print(io, `${messageId}  ${endpoint}`);
  }
  say(
    io,
    `Asked for ${endpoints.length === 1 ? "one attempt" : `${endpoints.length} attempts`}: webster tail shows what becomes of ${endpoints.length === 1 ? "it" : "them"}.`,
  );
}

async function endpointsOf(call: Call, message: string, all: boolean): Promise<string[]> {
  const found: string[] = [];
  for (let query = "?limit=100"; ;) {
    const { data, done, iterator } = await call<{ data: AttemptedEndpoint[]; done: boolean; iterator: string | null }>(
      "GET",
      `${message}/endpoint${query}`,
    );
    found.push(...data.filter((endpoint) => all || hasFailed(endpoint)).map(({ id }) => id));
    if (done || iterator === null) return found;
    query = `?limit=100&iterator=${encodeURIComponent(iterator)}`;
  }
}
