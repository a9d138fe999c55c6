import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env, setEnv } from "../../env.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type MailServer, startMailServer } from "../../testing/mailServer.ts";
import { prisma } from "../../db/client.ts";
import { newId } from "../../ids.ts";
import { giveApp } from "../../testing/secondFactor.ts";
import { newMember, newUser } from "../../testing/session.ts";
import { later, pass, releaseTime, standTime } from "../../testing/standingTime.ts";
import { newTenant } from "../../testing/tenant.ts";
import { until } from "../../testing/until.ts";
import * as accounts from "../team/accounts.ts";
import * as invitations from "../team/invitations.ts";
import * as members from "../team/members.ts";
import { factorHooks } from "../secondFactor/signIn.ts";
import { mailServer as sayMailServer, sendMail } from "./mail.ts";

let database: TestDatabase;
let mailServer: MailServer;

beforeAll(async () => {
  mailServer = await startMailServer();
  database = await testDatabase({
    WEBSTER_SMTP_URL: `${mailServer.url}/?ignoreTLS=true`,
    WEBSTER_MAIL_FROM: "Webster <webster@example.com>",
  });
});
afterAll(async () => {
  mailServer.server.close();
  await database.close();
});

// Quoted-printable (RFC 2045, section 6.7) breaks lines with "=" at the end and writes "=" as "=3D".
const plain = (text: string): string => text.replaceAll("=\n", "").replaceAll("=3D", "=");

test("an invitation is mailed to whom it is for", async () => {
  const { organizationId, actor } = await newTenant("Acme");
  const { userId } = await newMember(organizationId, "admin", "Ada");
  const inviter = { ...actor, kind: "member" as const, id: userId, name: "Ada" };
  const arrived = mailServer.next("guest@example.com");
  const { url, mailed } = await invitations.create(inviter, { email: "guest@example.com", role: "viewer" });
  expect(mailed).toBe(true);
  const mail = await arrived;
  expect(mail.recipients).toEqual(["guest@example.com"]);
  expect(mail.text).toContain("Subject: Acme invites you to Webster");
  expect(plain(mail.text)).toContain(url);
});

test("a forgotten password: a mail for who has an account, at most three, and the same answer for who has none", async () => {
  const { email } = await newUser();
  const arrived = mailServer.next(email);
  expect(await accounts.forgotPassword({ email: "nobody@example.com" })).toEqual({ mail: true });
  expect(await accounts.forgotPassword({ email: email.toUpperCase() })).toEqual({ mail: true });
  const mail = await arrived;
  expect(mail.recipients).toEqual([email]);
  const token = /#token=([\w-]+)/.exec(plain(mail.text))?.[1] ?? "";
  for (let n = 0; n < 5; n++) expect(await accounts.forgotPassword({ email })).toEqual({ mail: true });
  const { rows } = await database.pool.query(
    `select count(*)::int from one_time_token t join "user" u on u.id = t."userId" where u.email = $1`,
    [email],
  );
  expect(rows).toEqual([{ count: 3 }]);
  const client = { ip: null, userAgent: null };
  expect(await accounts.resetPassword({ token, password: "a new long password" }, client)).toEqual({ email });
});

test("what the mail server said last is told, by a mail or when it is asked for, for which nobody waits", async () => {
  const refusing = createServer((socket) => void socket.end("554 no mail today\r\n"));
  await once(refusing.listen(0, "127.0.0.1"), "listening");
  const usual = env();

  const use = (smtpUrl: string): void => setEnv({ ...usual, mail: { smtpUrl, from: "webster@example.com" } });
  try {
    use(`${mailServer.url}/?ignoreTLS=true&name=one`);
    expect(sayMailServer()).toEqual({ takesMail: null, at: null });
    await until("it to be asked", () => sayMailServer()?.takesMail === true);
    use(`smtp://127.0.0.1:${(refusing.address() as AddressInfo).port}/?ignoreTLS=true`);
    expect(sayMailServer()).toEqual({ takesMail: null, at: null });
    await until("it to have refused", () => sayMailServer()?.takesMail === false);
    use(`${mailServer.url}/?ignoreTLS=true&name=two`);
    expect(await sendMail({ to: "a@example.com", subject: "Hello", text: "x", tenant: "org_1" })).toBe(true);
    expect(sayMailServer()).toMatchObject({ takesMail: true });
    setEnv({ ...usual, mail: null });
    expect(sayMailServer()).toBeNull();
  } finally {
    setEnv(usual);
    refusing.close();
  }
});

test("an address can't add recipients or headers", async () => {
  const arrived = mailServer.next("a@example.com");
  await sendMail({ to: "a@example.com", subject: "Hello\r\nBcc: b@example.com", text: "x", tenant: "org_1" });
  const mail = await arrived;
  expect(mail.recipients).toEqual(["a@example.com"]);
  expect(mail.text).not.toMatch(/^Bcc:/m);
});

test("who guesses at a second factor is audited each time, and mailed to its owner when they begin to have to wait", async () => {
  const { organizationId } = await newTenant("Acme");
  const { userId, email } = await newMember(organizationId, "member", "Ada");
  const app = await giveApp(userId);
  const guess = async () => {
    const waiting = await factorHooks.begin({ userId, sessionVersion: 1 }, "password");
    return (await factorHooks.takeCode(waiting?.token, app.wrong(), "192.0.2.9")).kind;
  };
  const arrived = mailServer.next(email);
  for (let n = 0; n < 5; n++) expect(await guess()).toBe("refused");
  expect(await guess()).toBe("throttled");
  const mail = await arrived;
  expect(mail.recipients).toEqual([email]);
  expect(plain(mail.text)).toContain("from 192.0.2.9");
  const { rows } = await database.pool.query<{ ip: string }>(
    `select ip from audit_entry where "targetId" = $1 and action = 'user.secondFactorRefused'`,
    [userId],
  );
  expect(rows).toEqual(Array.from({ length: 5 }, () => ({ ip: "192.0.2.9" })));
  expect(mailServer.mails.filter(({ recipients }) => recipients.includes(email))).toHaveLength(1);
});

test("alerts to a former member end, and admins are told; those to others, and to addresses like it, go on", async () => {
  const { organizationId, actor, environmentId } = await newTenant("Acme");
  const admin = await newMember(organizationId, "admin", "Grace");
  const leaver = await newMember(organizationId, "member", "Ada");
  const targets = [leaver.email.toUpperCase(), admin.email, leaver.email.replace("_", "x")];
  for (const target of targets)
    await prisma().alertChannel.create({ data: { id: newId("alertChannel"), environmentId, kind: "email", target } });
  const arrived = mailServer.next(admin.email);
  await members.remove({ ...actor, kind: "member", id: admin.userId, name: "Grace", role: "admin" }, leaver.userId, false);
  const mail = await arrived;
  expect(mail.recipients).toEqual([admin.email]);
  expect(plain(mail.text)).toContain("Alerts of Production no longer go to Ada");
  const left = await prisma().alertChannel.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  expect(left.map(({ target }) => target)).toEqual(targets.slice(1));
  expect(await prisma().auditEntry.count({ where: { organizationId, environmentId, action: "alertChannel.deleted" } })).toBe(1);
});

test("mails by the hundred go a few at a time: a server that takes only so many connections at once gets them all", async () => {
  const { mails, server } = mailServer;
  const before = mails.length;
  let [begun, most] = [0, 0];
  server.on("connection", () => (most = Math.max(most, ++begun - (mails.length - before))));
  const to = Array.from({ length: 40 }, (_, i) => `many-${i}@example.com`);
  const sent = await Promise.all(to.map((one) => sendMail({ to: one, subject: "Hello", text: "x", tenant: "org_1" })));
  expect(sent).toEqual(to.map(() => true));
  const arrived = mails.flatMap(({ recipients }) => recipients).filter((one) => one.startsWith("many-"));
  expect(arrived.toSorted()).toEqual(to.toSorted());
  expect(most).toBeLessThanOrEqual(4);
});

test("a mail server that says a line now and then, and never comes to an end, is left after half a minute", async () => {
  const closed = new EventEmitter();
  const slow = createServer((socket) => {
    socket.on("error", () => undefined).once("close", () => closed.emit("closed"));
    socket.write("220 slow\r\n");
    socket.once("data", () => {
      const saying = setInterval(() => void socket.write("250-one more\r\n"), 10);
      socket.once("close", () => clearInterval(saying));
      closed.emit("asked");
    });
  });
  await once(slow.listen(0, "127.0.0.1"), "listening");
  const usual = env();
  setEnv({ ...usual, mail: { smtpUrl: `smtp://127.0.0.1:${(slow.address() as AddressInfo).port}`, from: "webster@example.com" } });
  standTime();
  try {
    const asked = once(closed, "asked");
    const sent = sendMail({ to: "a@example.com", subject: "Hello", text: "x", tenant: "org_1" });
    await asked;
    const left = Promise.race([once(closed, "closed"), new Promise((resolve) => later(resolve, 3_000, "still there"))]);
    pass(30_000);
    expect(await left).toEqual([]);
    expect(await sent).toBe(false);
  } finally {
    releaseTime();
    setEnv(usual);
    slow.close();
  }
});
