/**
 * `npm run demo`: the café owner. Three cafés close their day; the owner's receiver is told each profit, although one
 * of its webhooks fails at first. Ends by itself, with exit code 0 only if all of it came true.
 * Talks to WEBSTER_URL with WEBSTER_API_KEY, else to the Webster running on this data directory, else to one of its own.
 */
import { type Api, apiOf, type Attempt } from "./demo/api.ts";
import { type Cafe, cafes, type Closed, openOwner, type Owner, pathOf, type Visit } from "./demo/owner.ts";
import { findTarget, type Target } from "./demo/target.ts";
import { explain, say } from "./lifecycle.ts";

type Sent = { cafe: Cafe; endpointId: string; messageId: string; body: string };

const eventType = "cafe.closed";
const retrySchedule = [1, 2, 3];
const patienceMs = 60_000;

const colours = process.stdout.isTTY && process.stdout.hasColors();
const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = (text: string): string => paint(1, text);
const dim = (text: string): string => paint(2, text);
const good = (text: string): string => paint(32, text);
const bad = (text: string): string => paint(31, text);

const stops: (() => Promise<void>)[] = [];
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void finish(130));

try {
  await tell();
  await finish(0);
} catch (error) {
  console.error(`\n${bad("The demo did not come to its end.")} ${error instanceof Error ? error.message : explain(error)}`);
  await finish(1);
}

async function finish(exitCode: number): Promise<never> {
  for (const stop of stops.splice(0).toReversed()) await stop();
  process.exit(exitCode);
}

async function tell(): Promise<void> {
  say(
    `\n${bold("The café owner")}\n\nThree cafés close for the day. Each posts a ${bold(eventType)} message to Webster, and Webster\ntells the owner: signed, and again if the owner does not answer.\n`,
  );
  const target = await findTarget();
  stops.push(() => target.stop());
  say(dim(`Using ${target.description}.`));
  const owner = await openOwner(show);
  stops.push(() => owner.close());
  const api = apiOf(target);

  await createEventType(api);
  const endpoints: string[] = [];
  for (const cafe of cafes) endpoints.push(await subscribe(api, cafe, owner));
  say(dim(`The owner listens at ${owner.url} and knows each café's signing secret.\n`));

  say(bold("The day's profits, as they arrive"));
  await forge(owner);
  const sent: Sent[] = [];
  for (const [index, cafe] of cafes.entries()) sent.push(await closeDay(api, cafe, endpoints[index] ?? ""));
  await owner.profits(cafes.length, patienceMs);
  say(`  ${bold("Total".padEnd(36))} ${bold(total(owner.visits))}\n`);

  say(bold("The delivery log, as the API has it"));
  for (const message of sent) verifyLog(message, await deliveryLog(api, message));
  verifyVisits(owner.visits, sent);
  // The receiver is about to go: nobody will listen there any more.
  for (const { cafe, endpointId } of sent) await api.patch(`/app/${cafe.uid}/endpoint/${endpointId}`, { disabled: true });
  whereToLook(target, sent);
  say(good("Every profit arrived, signed, and exactly the bytes that were sent."));
  say(`\n${whereNext(target)}`);
}

async function createEventType(api: Api): Promise<void> {
  const description = "A café has closed its day; amounts are in the currency's smallest unit.";
  await api.post("/event-type", { name: eventType, description }, [409]);
}

/** An application for the café, and in it an endpoint for the owner. */
async function subscribe(api: Api, cafe: Cafe, owner: Owner): Promise<string> {
  await api.post("/app?get_if_exists=true", { uid: cafe.uid, name: `${cafe.name}, ${cafe.city}` });
  const base = `/app/${cafe.uid}/endpoint`;
  // Endpoints of an earlier demo have lost their receiver.
  const { data } = await api.get<{ data: { id: string }[] }>(`${base}?limit=250`);
  for (const { id } of data) await api.delete(`${base}/${id}`);
  const body = { url: `${owner.url}${pathOf(cafe)}`, description: "The owner", eventTypes: [eventType], retrySchedule };
  const endpoint = await api.post<{ id: string }>(base, body);
  const { key } = await api.get<{ key: string }>(`${base}/${endpoint.id}/secret`);
  owner.trust(cafe, key);
  return endpoint.id;
}

/** Sends what anybody on the Internet could send. */
async function forge(owner: Owner): Promise<void> {
  const [cafe] = cafes;
  if (cafe === undefined) return;
  const headers = {
    "webhook-id": "msg_forged",
    "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
    "webhook-signature": "v1,bm90IGEgc2lnbmF0dXJl",
  };
  await fetch(`${owner.url}${pathOf(cafe)}`, { method: "POST", headers, body: '{"profit":999999900}' });
}

async function closeDay(api: Api, cafe: Cafe, endpointId: string): Promise<Sent> {
  const { name, city, currency, revenue, expenditure } = cafe;
  const payload: Closed = {
    cafe: name,
    city,
    date: new Date().toISOString().slice(0, 10),
    currency,
    revenue,
    expenditure,
    profit: revenue - expenditure,
  };
  const { id } = await api.post<{ id: string }>(`/app/${cafe.uid}/msg`, { eventType, payload });
  return { cafe, endpointId, messageId: id, body: JSON.stringify(payload) };
}

function show(visit: Visit): void {
  const place = visit.cafe === null ? "somewhere" : `${visit.cafe.name}, ${visit.cafe.city}`;
  const time = dim(new Date().toTimeString().slice(0, 8));
  const { closed } = visit;
  if (closed !== null) {
    const detail = dim(`took in ${money(closed.revenue, closed.currency)}, spent ${money(closed.expenditure, closed.currency)}`);
    say(`  ${good("✓")} ${time} ${place.padEnd(25)} ${money(closed.profit, closed.currency).padEnd(12)} ${detail}`);
  } else if (visit.answer === 401)
    say(`  ${bad("✗")} ${time} ${place.padEnd(25)} ${dim(`somebody claims a fortune: refused, ${visit.reason}`)}`);
  else say(`  ${bad("✗")} ${time} ${place.padEnd(25)} ${dim(`answered ${visit.answer}, ${visit.reason}: Webster will try again`)}`);
}

/** The attempts of a message, oldest first, once the last one is recorded as a success. */
async function deliveryLog(api: Api, { cafe, messageId }: Sent): Promise<Attempt[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { data } = await api.get<{ data: Attempt[] }>(`/app/${cafe.uid}/attempt/msg/${messageId}`);
    if (data.some(({ status }) => status === 0)) return data.toReversed();
    if (performance.now() > deadline) throw new Error(`The API does not show a successful attempt of ${messageId}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function verifyLog({ cafe, messageId }: Sent, log: Attempt[]): void {
  say(`  ${cafe.name} ${dim(messageId)}`);
  for (const [index, attempt] of log.entries()) {
    const outcome = attempt.status === 0 ? good("succeeded") : bad("failed   ");
    say(
      `    attempt ${index + 1}  ${outcome}  ${attempt.responseStatusCode}  ${String(attempt.responseDurationMs).padStart(4)} ms  ${dim(`"${attempt.response}"`)}`,
    );
  }
  const expected = [...Array.from({ length: cafe.failures }, () => 500), 200];
  const found = log.map(({ responseStatusCode }) => responseStatusCode);
  if (found.join() !== expected.join())
    throw new Error(`${cafe.name}: attempts answered ${found.join(", ")} were recorded instead of ${expected.join(", ")}.`);
}

/** Checks that the owner took each message once, byte for byte, under its own id; and the forged one never. */
function verifyVisits(visits: Visit[], sent: Sent[]): void {
  for (const { cafe, messageId, body } of sent) {
    const taken = visits.filter((visit) => visit.closed !== null && visit.id === messageId);
    if (taken.length !== 1) throw new Error(`${cafe.name}: told ${taken.length} times instead of once.`);
    if (taken[0]?.body !== body) throw new Error(`${cafe.name}: what arrived is not what was sent.`);
  }
  if (visits.filter(({ closed }) => closed !== null).length !== sent.length) throw new Error("Something else was taken for a profit.");
  if (!visits.some(({ id, answer }) => id === "msg_forged" && answer === 401)) throw new Error("The forged message was not refused.");
}

function whereToLook({ url, apiKey, temporary }: Target, sent: Sent[]): void {
  const retried = sent.find(({ cafe }) => cafe.failures > 0);
  // Of a Webster that is about to stop nothing can be asked.
  if (retried === undefined || temporary) return;
  const { cafe, endpointId, messageId } = retried;
  const base = `${url}/api/v1/app/${cafe.uid}`;
  const curl = (what: string, path: string): string => `  ${what}\n    curl -s ${path} -H 'authorization: Bearer ${apiKey}'`;
  say(`\n${bold("Where to look")}`);
  say(curl("The message and its payload", `${base}/msg/${messageId}`));
  say(curl("Every attempt of it, with what the receiver answered", `${base}/attempt/msg/${messageId}`));
  say(curl("How an endpoint is doing", `${base}/endpoint/${endpointId}/stats`));
  say(dim("\nThe owner has gone home: the demo's endpoints are switched off again.\n"));
}

/** The last line: where the three cafés are seen. */
function whereNext({ url, temporary, page, hasOwner }: Target): string {
  if (temporary)
    return "This Webster was there for the demo alone and is gone now. For one that stays, and shows this in its dashboard: npm start\nin one terminal, npm run demo in another.";
  if (page === null) return `The three cafés in the dashboard: ${url}, under Applications`;
  return hasOwner
    ? `The three cafés in the dashboard: ${page}`
    : `The three cafés wait for their owner: open the link that npm start has printed, then ${page}`;
}

function total(visits: Visit[]): string {
  const told = cafes.flatMap((cafe) => visits.find((visit) => visit.cafe === cafe && visit.closed !== null)?.closed ?? []);
  return told.map(({ profit, currency }) => money(profit, currency)).join(" + ");
}

function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
