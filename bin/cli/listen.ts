/**
 * `webster listen`: what a source or an application gets goes to a server on this machine, without a tunnel. An endpoint is
 * there as long as the command runs; what the local server answers is the attempt in the log.
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { type Call, clientOf, Refused } from "./client.ts";
import { type Forwarded, forwarderTo } from "./forward.ts";
import { CliError, type Io, plain, print, say } from "./io.ts";
import { listenSecretOf } from "./profiles.ts";
import { listenAt, type Relay, type Request } from "./relayClient.ts";
import { given, targetOf, type Target, type TargetOptions } from "./target.ts";
import { parseUrl } from "../../lib/words/url.ts";

export type ListenOptions = TargetOptions & {
  forwardTo: string;
  app?: string;
  source?: string;
  events?: string[];
  relay?: string;
  token?: string;
  insecure?: boolean;
};

const uidPrefix = "webster-listen-";
const svixRelay = "https://api.relay.svix.com";
const svixReceiveUrl = "https://play.svix.com/in/";

export async function listen(options: ListenOptions, io: Io): Promise<void> {
  const local = localUrl(options.forwardTo);
  const target = targetOf(options, io);
  const call = options.app === undefined && options.source === undefined ? null : clientOf(target);
  const name = call === null ? null : await applicationOf(call, options);
  const token = options.token ?? tokenOf(io, `${target.url} ${name ?? ""} ${local.href}`);
  const relay = relayOf(options.relay, target, token);
  const forwarder = forwarderTo(local, options.insecure === true);
  const uid = uidPrefix + createHash("sha256").update(token).digest("hex").slice(0, 16);
  const endpoint = `/app/${encodeURIComponent(name ?? "")}/endpoint/${uid}`;
  // The local server may have a secret in its settings already, so that it need not be told another with each start.
  const ownSecret = given(io, "WEBHOOK_SECRET");
  let url = "";
  try {
    await listenAt(
      relay,
      {
        started: async (listenToken, told) => {
          const here = told ?? `${svixReceiveUrl}${listenToken}/`;
          if (here === url) return say(io, "Connected again.");
          url = here;
          const secret = call === null ? null : await point({ call, path: endpoint, uid, url, events: options.events, ownSecret });
          greet(io, { name, url, local, secret });
        },
        request: async (request) => {
          const forwarded = await forwarder.forward(request);
          print(io, lineOf(request, forwarded));
          return forwarded.answer;
        },
        lost: (waitMs) => say(io, waitMs === 0 ? "The connection was lost: connecting again." : `Connecting again in ${waitMs / 1000} s.`),
      },
      io.stop,
    );
  } finally {
    if (call !== null && url !== "") await remove(call, endpoint, io);
    await forwarder.close();
  }
}

/** A URL, its scheme left out or not; or a port of this machine, with what comes behind it: `4000`, `:4000`, `4000/hook`. */
function localUrl(text: string): URL {
  const port = /^:?(\d+(?:[/?#].*)?)$/.exec(text)?.[1];
  const url = port !== undefined ? `http://localhost:${port}` : /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const parsed = parseUrl(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new CliError(`"${text}" is no address to forward to.`, "Give it as --forward-to http://localhost:4000/hook");
  return parsed;
}

/** The application that the endpoint is for: what a source takes in goes to the endpoints of one too. */
async function applicationOf(call: Call, { app, source }: ListenOptions): Promise<string> {
  if (source !== undefined) {
    const { application } = await call<{ application: { id: string } }>("GET", `/source/${encodeURIComponent(source)}`);
    return application.id;
  }
  return (await call<{ id: string }>("GET", `/app/${encodeURIComponent(app ?? "")}`)).id;
}

/** The token of this command at this machine, always the same, so that what a killed one left is taken over. */
const tokenOf = (io: Io, what: string): string =>
  `c_${createHash("sha256")
    .update(`${listenSecretOf(io)} ${what}`)
    .digest("base64url")
    .replace(/[-_]/g, "x")
    .slice(0, 27)}`;

const isSvix = ({ url }: Target): boolean => /(^|\.)svix\.com$/.test(new URL(url).hostname);

/** The relay to use. The key is for its own server: another relay never sees it. */
function relayOf(given: string | undefined, target: Target, token: string): Relay {
  const text = given ?? (isSvix(target) ? svixRelay : target.url);
  const origin = (/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`).replace(/^ws/i, "http").replace(/\/+$/, "");
  if (parseUrl(origin) === null)
    throw new CliError(`"${text}" is no address of a relay.`, "Give it as --relay https://webhooks.example.com");
  const url = `${origin.replace(/^http/i, "ws")}/api/v1/listen/`;
  return { url, token, apiKey: origin === target.url ? target.apiKey : null };
}

type Pointing = { call: Call; path: string; uid: string; url: string; events: string[] | undefined; ownSecret: string | undefined };

/** Answers the secret that its messages are signed with; null if it is the one that was given. */
async function point({ call, path, uid, url, events, ownSecret }: Pointing): Promise<string | null> {
  const filterTypes = events === undefined || events.length === 0 ? {} : { filterTypes: events };
  await call("PUT", path, { url, uid, description: `webster listen on ${hostname()}`, version: 1, ...filterTypes });
  const { key } = await call<{ key: string }>("GET", `${path}/secret`);
  if (ownSecret === undefined) return key;
  if (key !== ownSecret) await call("POST", `${path}/secret/rotate`, { key: ownSecret, gracePeriodSeconds: 0 });
  return null;
}

async function remove(call: Call, path: string, io: Io): Promise<void> {
  try {
    await call("DELETE", path);
    say(io, "The endpoint is removed.");
  } catch (error) {
    // The endpoint was never made, or somebody else was quicker.
    if (error instanceof Refused && error.status === 404) return;
    say(
      io,
      `The endpoint could not be removed: ${(error as Error).message} Delete it in the dashboard; its description is "webster listen on ${hostname()}".`,
    );
  }
}

type Greeting = { name: string | null; url: string; local: URL; secret: string | null };

function greet(io: Io, { name, url, local, secret }: Greeting): void {
  say(
    io,
    name === null ? `Listening: what is sent to this address goes to ${local.href}` : `Listening: what ${name} gets goes to ${local.href}`,
  );
  say(io, `  ${url}`);
  if (name !== null) say(io, `  signed with ${secret ?? "WEBHOOK_SECRET"}`);
  say(io, "Ctrl-C ends it.\n");
}

function lineOf({ method, headers, body }: Request, { answer, durationMs, error }: Forwarded): string {
  const id = headers["webhook-id"] ?? headers["svix-id"] ?? "";
  const type = typeIn(body);
  const what = [method, type, id].filter((part) => part !== "").map(plain);
  const result = error === null ? String(answer.status) : `502 (${error})`;
  return `${new Date().toISOString().slice(11, 19)}  ${what.join("  ")}  → ${result}  ${durationMs} ms`;
}

/** The event type as most payloads name it; nothing where they don't. */
function typeIn(body: Buffer): string {
  try {
    const { type } = JSON.parse(body.toString()) as { type?: unknown };
    return typeof type === "string" ? type.slice(0, 100) : "";
  } catch {
    return "";
  }
}
