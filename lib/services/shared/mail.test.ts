import { afterAll, beforeAll, expect, test } from "vitest";
import { closeListener } from "../../db/listen.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type MailServer, startMailServer } from "../../testing/mailServer.ts";
import { newMember, newUser } from "../../testing/session.ts";
import { newTenant } from "../../testing/tenant.ts";
import * as accounts from "../team/accounts.ts";
import * as invitations from "../team/invitations.ts";
import { sendMail } from "./mail.ts";

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
  await closeListener();
  await database.close();
});

// Quoted-printable (RFC 2045, section 6.7) breaks lines with "=" at the end and writes "=" as "=3D".
const plain = (text: string): string => text.replaceAll("=\n", "").replaceAll("=3D", "=");

test("an invitation is mailed to whom it is for", async () => {
  const { organizationId, actor } = await newTenant("Acme");
  const { userId } = await newMember(organizationId, "admin", "Ada");
  const inviter = { ...actor, kind: "member" as const, id: userId, name: "Ada" };
  const arrived = mailServer.next();
  const { url, mailed } = await invitations.create(inviter, { email: "guest@example.com", role: "viewer" });
  expect(mailed).toBe(true);
  const mail = await arrived;
  expect(mail.recipients).toEqual(["guest@example.com"]);
  expect(mail.text).toContain("Subject: Acme invites you to Webster");
  expect(plain(mail.text)).toContain(url);
});

test("a forgotten password: a mail for who has an account, at most three, and the same answer for who has none", async () => {
  const { email } = await newUser();
  const arrived = mailServer.next();
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

test("an address can't add recipients or headers", async () => {
  const arrived = mailServer.next();
  await sendMail({ to: "a@example.com", subject: "Hello\r\nBcc: b@example.com", text: "x" });
  const mail = await arrived;
  expect(mail.recipients).toEqual(["a@example.com"]);
  expect(mail.text).not.toMatch(/^Bcc:/m);
});
