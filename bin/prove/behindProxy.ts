/** What must hold for a Webster behind a proxy, as its senders, its developers and its people reach it: by TLS and by the proxy's name. */
import { createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect as listenAt } from "../../lib/testing/listening.ts";
import { ask } from "./commands.ts";
import { callApi, judge, proofKey } from "./exercise.ts";

export const hostName = "webhooks.example.com";

/** Of ada@example.com, who owns what is there. */
export const password = "correct horse battery staple 9";

/** Of the loopback network, and nobody else's. For a client at 127.0.0.1 itself Envoy names another address of the machine. */
const clientAddress = "127.0.0.5";

export type Front = { name: string; port: number };

/** `url`: Webster itself. `directory`: for files of this run. */
export async function proveBehind(front: Front, url: string, directory: string): Promise<void> {
  const origin = `https://${hostName}:${front.port}`;
  const curl = async (path: string, ...flags: string[]): Promise<string> => {
    const reach = ["--resolve", `${hostName}:${front.port}:127.0.0.1`, "--cacert", join(directory, "webster.pem")];
    const { output } = await ask("curl", ["-sS", "--max-time", "60", ...reach, ...flags, "--path-as-is", origin + path]);
    return output;
  };
  const status = (path: string, ...flags: string[]): Promise<string> =>
    curl(path, "-o", "/dev/null", "-w", "%{http_version} %{http_code}", ...flags);
  const key = ["-H", `authorization: Bearer ${proofKey}`];
  const json = [...key, "-H", "content-type: application/json"];
  const file = (bytes: Buffer): string => {
    const path = join(directory, `body-${randomBytes(8).toString("hex")}`);
    writeFileSync(path, bytes);
    return `@${path}`;
  };
  const check = (part: string, is: unknown, should: unknown): void => judge(`${front.name}: ${part}`, is, should);
  const app = `app-${randomBytes(6).toString("hex")}`;
  await callApi(url, "POST", "/app", { name: app, uid: app });
  const messages = `/api/v1/app/${app}/msg`;
  const message = (bytes: number): string => file(Buffer.from(JSON.stringify({ eventType: "t", payload: { text: "x".repeat(bytes) } })));

  check("a message by HTTP/2", await status(messages, ...json, "-d", message(10)), "2 202");
  check("a message by HTTP/1.1", await status(messages, ...json, "--http1.1", "-d", message(10)), "1.1 202");
  check("the largest message", await status(messages, ...json, "-d", message(1_048_500)), "2 202");
  check("one that is too large is told so", await status(messages, ...json, "-d", message(8_000_000)), "2 413");
  check("and by HTTP/1.1", await status(messages, ...json, "--http1.1", "-d", message(8_000_000)), "1.1 413");
  const expecting = ["--http1.1", "-H", "expect: 100-continue"];
  check("Expect: 100-continue", await status(messages, ...json, ...expecting, "-d", message(100_000)), "1.1 202");
  check("in chunks", await status(messages, ...json, "--http1.1", "-H", "transfer-encoding: chunked", "-d", message(100_000)), "1.1 202");
  check("without a key", await status(messages, "-d", message(10)), "2 401");
  check("12 kB in a header", await status("/api/v1/health", "-H", `x-long: ${"x".repeat(12_000)}`), "2 204");

  const token = "a-token-of-twilio";
  const source = (await (await callApi(url, "POST", "/source", { name: "S", provider: "twilio" })).json()) as { id: string; url: string };
  await callApi(url, "POST", `/source/${source.id}/secret/rotate`, { secret: token });
  for (const rest of ["", "/a/b", "?a=b&c=%2F&d=e+f%20g", "/a%2Fb//c/%7Ed?e=%C3%A9"]) {
    const signature = createHmac("sha1", token).update(`${source.url}${rest}SmsSid${app}${rest}`).digest("base64");
    const form = ["--data-urlencode", `SmsSid=${app}${rest}`, "-H", `x-twilio-signature: ${signature}`];
    check(`a signed URL, ${rest}`, await status(new URL(source.url).pathname + rest, ...form), "2 200");
  }

  const claimed = ["-H", "x-forwarded-for: 203.0.113.7", "-H", "x-real-ip: 203.0.113.7", "-H", "forwarded: for=203.0.113.7"];
  await status(new URL(source.url).pathname, "--interface", clientAddress, ...claimed, "-d", "forged");
  const { data } = (await (await callApi(url, "GET", `/received-request?source_id=${source.id}&verdict=rejected`)).json()) as {
    data: { remoteAddress: string | null }[];
  };
  check("the client's address, and not the one that it claims", data[0]?.remoteAddress, clientAddress);

  check("a page", await status("/login"), "2 200");
  const stream = await proveStream();
  check("an event stream", stream, true);
  await proveSignIn();
  await proveListening();

  async function proveStream(): Promise<boolean> {
    const streaming = curl("/api/v1/event-stream", ...key, "-N", "--max-time", "40", "-H", "accept-encoding: gzip", "-D", "-");
    const answered = await streaming;
    return /still here\n\n[^]*still here/.test(answered);
  }

  async function proveSignIn(): Promise<void> {
    const jar = join(directory, `jar-${front.name}`);
    const csrf = JSON.parse(await curl("/api/auth/csrf", "-c", jar)) as { csrfToken: string };
    const fields = { csrfToken: csrf.csrfToken, email: "ada@example.com", password, json: "true" };
    const form = Object.entries(fields).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]);
    const said = await curl("/api/auth/callback/credentials", "-b", jar, "-c", jar, ...form, "-H", `origin: https://${hostName}`);
    check("signing in", said, JSON.stringify({ url: `https://${hostName}` }));
    check("a page of those who are signed in", await status("/", "-b", jar, "-L"), "2 200");
  }

  async function proveListening(): Promise<void> {
    const options = { headers: { authorization: `Bearer ${proofKey}` }, lookup: toLoopback, rejectUnauthorized: false };
    const chosen = randomBytes(16).toString("base64url").replaceAll(/[-_]/g, "x");
    const machine = await listenAt(`wss://${hostName}:${front.port}/api/v1/listen/`, chosen, options as object).catch(
      (error: Error) => error,
    );
    if (machine instanceof Error) return check("listening", machine.message, "a machine that listens");
    const asked = status(`/in/${machine.token}/`, "-d", "hello");
    const { id } = await machine.next();
    machine.answer(id, { status: 418 });
    check("a machine that listens", await asked, "2 418");
    machine.socket.close();
  }
}

const toLoopback = (_name: string, options: { all?: boolean }, done: (error: null, ...answer: unknown[]) => void): void =>
  options.all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
