/** People: who they are, and where they are members. */
import type { SignedIn } from "../actor.ts";
import type { SessionOut } from "../contract/session.ts";
import type { Role } from "../contract/role.ts";
import { prisma } from "../db/client.ts";

export async function getSession({ userId }: SignedIn): Promise<SessionOut> {
  const named = { id: true, name: true } as const;
  const user = await prisma().user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      ...named,
      email: true,
      memberships: {
        orderBy: { organizationId: "asc" },
        select: { role: true, organization: { select: { ...named, environments: { orderBy: { id: "asc" }, select: named } } } },
      },
    },
  });
  const { memberships, ...self } = user;
  return { user: self, organizations: memberships.map(({ role, organization }) => ({ ...organization, role: role as Role })) };
}
