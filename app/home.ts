import type { SessionOut } from "../lib/contract/session.ts";

type Organization = Pick<SessionOut["organizations"][number], "id" | "environments">;
type Wanted = { organizationId: string | null; lastEnvironmentId: string | null };

const isListed = ({ operationalOfId }: { operationalOfId: string | null }): boolean => operationalOfId === null;

/** The path of the environment to start with: in the organization that is wanted, else anywhere, the one open last, else the first. */
export function homeAmong(
  session: { organizations: readonly Organization[] },
  { organizationId, lastEnvironmentId }: Wanted,
): string | null {
  const homes = session.organizations.flatMap(({ id, environments }) =>
    environments.filter(isListed).map((environment) => ({ id, environmentId: environment.id, path: `/${id}/${environment.id}` })),
  );
  const there = homes.filter(({ id }) => id === organizationId);
  const among = there.length > 0 ? there : homes;
  return (among.find(({ environmentId }) => environmentId === lastEnvironmentId) ?? among[0])?.path ?? null;
}
