/** Members for tests, signed in without a browser. */
import { encode } from "next-auth/jwt";
import type { Role } from "../words/role.ts";
import { sessionCookie, sessionSecrets } from "../auth/session.ts";
import { prisma } from "../db/client.ts";
import { newId } from "../ids.ts";

export type TestUser = { userId: string; email: string; cookie: string };

export async function newUser(name: string | null = null): Promise<TestUser> {
  const userId = newId("user");
  const email = `${userId.toLowerCase()}@example.com`;
  await prisma().user.create({ data: { id: userId, email, name } });
  return { userId, email, cookie: await cookieOf(userId, 1) };
}

/** A new user who has the role in the organization. */
export async function newMember(organizationId: string, role: Role, name: string | null = null): Promise<TestUser> {
  const user = await newUser(name);
  await prisma().member.create({ data: { organizationId, userId: user.userId, role } });
  return user;
}

/** The Cookie header of a new session. */
export async function cookieOf(userId: string, sessionVersion: number): Promise<string> {
  const sid = newId("session");
  await prisma().session.create({ data: { id: sid, userId, expiresAt: new Date(Date.now() + 86_400_000) } });
  return `${sessionCookie()}=${await encode({ token: { sub: userId, sessionVersion, sid }, secret: sessionSecrets()[0] })}`;
}
