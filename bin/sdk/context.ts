/** What the calls of the SDK's operations share: a client, and things for them to work on, new ones each time. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BackgroundTaskOut, BackgroundTaskStatus, type MessageAttemptOut, Svix } from "svix";

export type Delivered = { appId: string; endpointId: string; msgId: string; attempt: MessageAttemptOut };

export type Context = {
  svix: Svix;
  /** The same server, as someone else. */
  as: (token: string) => Svix;
  /** A receiver that answers 200 to everything. */
  receiverUrl: string;
  newApplication: () => Promise<string>;
  /** Makes an endpoint in an application of its own. */
  newEndpoint: () => Promise<{ appId: string; endpointId: string }>;
  /** Sends a message to such an endpoint; resolves once it has arrived. */
  deliver: () => Promise<Delivered>;
};

/** An operation's call, and the check of its answer: throws unless the operation did what it is for. */
export type Call = (context: Context) => Promise<void>;
export type Calls = Record<string, Call>;

export async function openContext(serverUrl: string, apiKey: string): Promise<{ context: Context; close: () => Promise<void> }> {
  const receiver = createServer((_, response) => response.end("ok"));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  // A 501 is an answer here, not something to try again.
  const as = (token: string): Svix => new Svix(token, { serverUrl, retryScheduleInMs: [] });
  const svix = as(apiKey);
  const newApplication = async (): Promise<string> => (await svix.application.create({ name: "SDK" })).id;
  const newEndpoint = async () => {
    const appId = await newApplication();
    return { appId, endpointId: (await svix.endpoint.create(appId, { url: receiverUrl })).id };
  };
  const deliver = async (): Promise<Delivered> => {
    const place = await newEndpoint();
    const msgId = (await svix.message.create(place.appId, { eventType: "sdk.called", payload: { by: "the SDK" } })).id;
    const attempts = await eventually(
      () => svix.messageAttempt.listByMsg(place.appId, msgId),
      ({ data }) => data.length > 0,
    );
    const attempt = attempts.data[0];
    if (attempt === undefined) throw new Error("No attempt was made");
    return { ...place, msgId, attempt };
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      receiver.close(() => resolve());
      receiver.closeAllConnections();
    });
  return { context: { svix, as, receiverUrl, newApplication, newEndpoint, deliver }, close };
}

const patienceMs = 20_000;

/** Asks until the answer is as wanted. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (performance.now() > deadline) throw new Error(`Not so after ${patienceMs / 1000} s: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The background task, once it has finished. */
export const finished = (svix: Svix, taskId: string): Promise<BackgroundTaskOut> =>
  eventually(
    () => svix.backgroundTask.get(taskId),
    ({ status }) => status === BackgroundTaskStatus.Finished,
  );

let count = 0;

/** A name that nothing else has. */
export const unique = (prefix: string): string => `${prefix}.${process.pid}.${count++}`;
