/** AWS SNS from the first request on: the certificate fetched, the subscription confirmed, messages taken. AWS is a fake. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { databaseNowMs } from "../db/clock.ts";
import type * as outbound from "../services/shared/outbound.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { clientOf, type Door, type MadeSource, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { snsPem } from "../webhooks/verification/testCertificates.ts";
import { configOf, signedAs } from "../webhooks/verification/testSupport.ts";

const fake = vi.hoisted(() => ({ url: "" }));

// The names of AWS lead to the fake. All else is as it is.
vi.mock("../services/shared/outbound.ts", async (original) => {
  const { fetchOutside } = await original<typeof outbound>();
  return {
    fetchOutside: (outgoing: outbound.Outgoing) =>
      fetchOutside({ ...outgoing, url: outgoing.url.replace(/^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com/, fake.url) }),
  };
});

let database: TestDatabase;
let door: Door;
let aws: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  aws = await startReceiver();
  fake.url = aws.url;
});

afterAll(async () => {
  await door.close();
  await aws.close();
  await database.close();
});

const topic = "arn:aws:sns:eu-west-1:123456789012:hello";

function send(source: MadeSource, message: object) {
  const draft = {
    method: "POST",
    url: door.url + source.path,
    contentType: "text/plain; charset=UTF-8",
    nowMs: databaseNowMs(),
    id: "m_1",
  };
  const { headers, body } = signedAs("aws-sns", { ...draft, body: Buffer.from(JSON.stringify({ TopicArn: topic, ...message })) });
  return sendTo(door, source.path, { headers, body: Buffer.from(body) });
}

const confirmation = (token: string) => ({
  Type: "SubscriptionConfirmation",
  Token: token,
  Message: "You have chosen to subscribe",
  SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`,
});

/** Answers for the certificate as AWS does, and for the confirmation with this. */
const answerWith = (status: number): void =>
  aws.respond((request, response) => {
    const isCertificate = request.url?.endsWith(".pem") === true;
    response.writeHead(isCertificate ? 200 : status).end(isCertificate ? snsPem : "<ConfirmSubscriptionResponse/>");
  });

const confirmations = (token: string): number => aws.hits.filter(({ url }) => url.includes(`Token=${token}`)).length;

test("a subscription is confirmed once, told in the audit log, and its messages are taken", async () => {
  answerWith(200);
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "aws-sns", settings: { ...configOf("aws-sns").settings } });
  for (let times = 0; times < 3; times++) expect((await send(source, confirmation("t1"))).status).toBe(200);
  expect(confirmations("t1")).toBe(1);
  expect(await receivedBy(me, source)).toEqual([]);
  expect((await send(source, { Type: "Notification", MessageId: "n_1", Message: '{"notificationType":"Bounce"}' })).status).toBe(200);
  expect(await receivedBy(me, source)).toMatchObject([{ verdict: "accepted", eventType: "Bounce", providerEventId: "n_1" }]);
  const { rows } = await database.pool.query(`select changes from audit_entry where "targetId" = $1 and action = 'source.confirmed'`, [
    source.id,
  ]);
  expect(rows).toEqual([{ changes: { host: "sns.eu-west-1.amazonaws.com" } }]);
});

test("what can't be confirmed is asked again, and waits in the quarantine", async () => {
  answerWith(500);
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "aws-sns", settings: { topicArn: topic } });
  const answer = await send(source, confirmation("t2"));
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
  expect(await receivedBy(me, source)).toMatchObject([
    { verdict: "rejected", reason: "misconfigured", detail: expect.stringContaining("answered 500") },
  ]);
  answerWith(200);
  expect((await send(source, confirmation("t2"))).status).toBe(200);
});

test("nobody is called for another's topic, without a signature, or where the source leaves it to others", async () => {
  answerWith(200);
  const me = await clientOf(door);
  const other = await newSource(me, { provider: "aws-sns", settings: { topicArn: `${topic}-other` } });
  expect((await send(other, confirmation("t3"))).status).toBe(401);
  const source = await newSource(me, { provider: "aws-sns", settings: { topicArn: topic } });
  const forged = { ...confirmation("t3"), TopicArn: topic, MessageId: "m", Timestamp: new Date(databaseNowMs()).toISOString() };
  const cert = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
  const body = JSON.stringify({ ...forged, SignatureVersion: "2", Signature: "AAAA", SigningCertURL: cert });
  expect((await sendTo(door, source.path, { body })).status).toBe(401);
  const manual = await newSource(me, { provider: "aws-sns", settings: { topicArn: topic, confirm: "no" } });
  expect((await send(manual, confirmation("t3"))).status).toBe(200);
  expect(await receivedBy(me, manual)).toMatchObject([{ verdict: "accepted", eventType: "SubscriptionConfirmation" }]);
  expect(confirmations("t3")).toBe(0);
});
