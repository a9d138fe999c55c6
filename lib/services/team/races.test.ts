import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type MailServer, startMailServer } from "../../testing/mailServer.ts";
import { newMember, newUser } from "../../testing/session.ts";
import { newTenant } from "../../testing/tenant.ts";
import * as accounts from "./accounts.ts";
import * as invitations from "./invitations.ts";

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

const together = <T>(count: number, make: () => Promise<T>) => Promise.allSettled(Array.from({ length: count }, make));
const client = { ip: null, userAgent: null };

test("a forgotten password, asked for many times at once, makes as many links as one after the other", async () => {
  const { email } = await newUser();
  const answers = await together(12, () => accounts.forgotPassword({ email }));
  expect(answers.every(({ status }) => status === "fulfilled")).toBe(true);
  const { rows } = await database.pool.query(
    `select count(*)::int from one_time_token t join "user" u on u.id = t."userId" where u.email = $1`,
    [email],
  );
  expect(rows).toEqual([{ count: 3 }]);
});

test("an invitation that is accepted several times at once makes one member, and tells the others so", async () => {
  const { organizationId, actor } = await newTenant("Acme");
  const { userId } = await newMember(organizationId, "admin", "Ada");
  const inviter = { ...actor, kind: "member" as const, id: userId, name: "Ada" };
  const { url } = await invitations.create(inviter, { email: "twice@example.com", role: "viewer" });
  const token = /#token=([\w-]+)/.exec(url)?.[1] ?? "";
  const answers = await together(4, () => invitations.accept({ token, name: "T", password: "correct horse battery" }, client));
  const codes = answers.map((answer) => (answer.status === "fulfilled" ? "joined" : (answer.reason as { code?: string }).code));
  expect(codes.filter((code) => code === "joined")).toHaveLength(1);
  expect(codes.every((code) => ["joined", "forbidden", "conflict"].includes(String(code)))).toBe(true);
});

test("of invitations of one address at once the last is open", async () => {
  const { organizationId, actor } = await newTenant("Acme");
  const { userId } = await newMember(organizationId, "admin", "Ada");
  const inviter = { ...actor, kind: "member" as const, id: userId, name: "Ada" };
  const answers = await together(4, () => invitations.create(inviter, { email: "many@example.com", role: "viewer" }));
  expect(answers.every(({ status }) => status === "fulfilled")).toBe(true);
  expect((await invitations.list(inviter, { limit: 10 })).data).toHaveLength(1);
});
