import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "../../db/client.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type MailServer, startMailServer } from "../../testing/mailServer.ts";
import { type Receiver, startReceiver } from "../../testing/receiver.ts";
import { newTenant, type Tenant } from "../../testing/tenant.ts";
import { until } from "../../testing/until.ts";
import * as channels from "./alertChannels.ts";
import { alertOnce } from "./alerts.ts";

let database: TestDatabase;
let mailServer: MailServer;
let chat: Receiver;
beforeAll(async () => {
  [mailServer, chat] = await Promise.all([startMailServer(), startReceiver()]);
  database = await testDatabase({
    WEBSTER_SMTP_URL: `${mailServer.url}/?ignoreTLS=true`,
    WEBSTER_MAIL_FROM: "Webster <webster@example.com>",
    WEBSTER_URL: "https://webster.example",
  });
});
afterAll(async () => {
  mailServer.server.close();
  await chat.close();
  await database.close();
});

async function newFailing({ environmentId, actor }: Tenant, name = "Café <!channel>") {
  const [applicationId, endpointId] = [newId("application"), newId("endpoint")];
  await prisma().application.create({ data: { id: applicationId, environmentId, name } });
  await prisma().endpoint.create({
    data: { id: endpointId, environmentId, applicationId, url: "https://receiver.example/hook?token=hidden" },
  });
  const incident = { applicationId, endpointId, errorClass: "status", statusCode: 503, failures: 3 };
  const open = () =>
    prisma().incident.create({
      data: { id: newId("incident"), environmentId, ...incident, firstFailureAt: new Date(), lastFailureAt: new Date() },
    });
  return { actor, applicationId, endpointId, open };
}

async function sendAll(): Promise<void> {
  while (await alertOnce());
}

const textsOf = (receiver: Receiver, path: string): string[] =>
  receiver.hits.filter(({ url }) => url === path).map(({ body }) => (JSON.parse(body.toString()) as { text: string }).text);

test("an incident, its end, and a disabled endpoint are told once, to mail and chat; nothing from before, nothing of others", async () => {
  const tenant = await newTenant();
  const failing = await newFailing(tenant);
  await failing.open();
  await channels.create(tenant.actor, { kind: "slack", target: `${chat.url}/one` });
  await channels.create(tenant.actor, { kind: "email", target: "oncall@example.com" });
  await channels.create((await newTenant()).actor, { kind: "slack", target: `${chat.url}/others` });
  await sendAll();
  expect(textsOf(chat, "/one")).toEqual([]);

  const incident = await failing.open();
  const arrived = mailServer.next("oncall@example.com");
  await sendAll();
  await sendAll();
  const link = `https://webster.example/${tenant.organizationId}/${tenant.environmentId}/incidents`;
  expect(textsOf(chat, "/one")).toEqual([`Incident: receiver.example of Café &lt;!channel&gt;: answers 503\n${link}`]);
  const mail = await arrived;
  expect(mail.recipients).toEqual(["oncall@example.com"]);
  expect(mail.text).not.toContain("hidden");

  await prisma().incident.update({ where: { id: incident.id }, data: { status: "resolved", resolvedAt: new Date() } });
  await prisma().endpoint.update({ where: { id: failing.endpointId }, data: { disabledAt: new Date(), disabledReason: "gone" } });
  await sendAll();
  expect(
    textsOf(chat, "/one")[1]
      ?.split("\n\n")
      .map((line) => line.split("\n")[0]),
  ).toEqual([
    "Over: receiver.example of Café &lt;!channel&gt;: answers 503",
    "Endpoint disabled: receiver.example of Café &lt;!channel&gt; answered 410",
  ]);
  expect(textsOf(chat, "/one")).toHaveLength(2);
  expect(textsOf(chat, "/others")).toEqual([]);
});

test("what a chat does not take is tried again later, and the channel says why", async () => {
  const tenant = await newTenant();
  const failing = await newFailing(tenant);
  const { id } = await channels.create(tenant.actor, { kind: "slack", target: `${chat.url}/two` });
  await failing.open();
  chat.respond([{ status: 500 }, { status: 204 }]);
  await sendAll();
  const one = async () => (await channels.list(tenant.actor)).data.find((channel) => channel.id === id);
  expect(await one()).toMatchObject({ target: new URL(chat.url).host, lastSentAt: null, lastFailure: "It answered 500" });
  await sendAll();
  expect(textsOf(chat, "/two")).toHaveLength(1);
  await prisma().alert.updateMany({ where: { channelId: id }, data: { nextTryAt: new Date(0) } });
  await sendAll();
  expect(textsOf(chat, "/two")).toHaveLength(2);
  expect(await one()).toMatchObject({ lastFailure: null });
  await channels.remove(tenant.actor, id);
  expect(await prisma().alert.count({ where: { channelId: id } })).toBe(0);
});

test("a channel that takes nothing keeps no other waiting", async () => {
  const tenant = await newTenant();
  const failing = await newFailing(tenant);
  await channels.create(tenant.actor, { kind: "slack", target: `${chat.url}/broken` });
  await channels.create(tenant.actor, { kind: "slack", target: `${chat.url}/whole` });
  await failing.open();
  chat.respond([{ status: 500 }, { status: 204 }]);
  await sendAll();
  expect([textsOf(chat, "/broken"), textsOf(chat, "/whole")]).toEqual([[expect.anything()], [expect.anything()]]);
});

test("a test is sent at once; what is no address is refused", async () => {
  const { actor } = await newTenant();
  const { id } = await channels.create(actor, { kind: "slack", target: `${chat.url}/three` });
  expect(await channels.test(actor, id)).toMatchObject({ lastFailure: null });
  expect(textsOf(chat, "/three")).toHaveLength(1);
  await expect(channels.create(actor, { kind: "email", target: "nobody" })).rejects.toMatchObject({ code: "validation_error" });
  await expect(channels.create(actor, { kind: "slack", target: "http://10.0.0.1/" })).rejects.toMatchObject({ code: "validation_error" });
});

test("channels that hang, however many an organization has, keep no other's waiting, and leave it room", async () => {
  const hanging = await startReceiver(() => undefined);
  const [busy, other] = [await newTenant(), await newTenant()];
  for (let n = 0; n < 20; n++) await channels.create(busy.actor, { kind: "slack", target: `${hanging.url}/${n}` });
  await (await newFailing(busy)).open();
  await channels.create(other.actor, { kind: "slack", target: `${chat.url}/meanwhile` });
  await (await newFailing(other)).open();
  chat.respond({ status: 204 });
  const sent = sendAll();
  try {
    await until("it to be told", () => hanging.hits.length >= 4 && textsOf(chat, "/meanwhile").length > 0, 9_000);
  } finally {
    await hanging.close();
  }
  await sent;
  expect(hanging.hits).toHaveLength(4);
});
