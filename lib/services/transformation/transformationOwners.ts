/** Who owns code: an endpoint or a source. What is alike for both, transformations.ts does. */
import type { Actor } from "../../actor.ts";
import { changeApplication } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint, EndpointTransformation, Prisma } from "../../db/generated/client.ts";
import { changeSource } from "../../db/sources.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { recordAudit } from "../audit/audit.ts";
import { endpointOf } from "../shared/scope.ts";
import { sourceOf } from "../source/sources.ts";

export type State = Pick<Endpoint, "transformationVersion" | "transformationEnabled" | "transformationUpdatedAt">;

export type SavedVersion = Omit<EndpointTransformation, "endpointId">;

type Decide = (tx: Prisma.TransactionClient, current: State) => Promise<Omit<State, "transformationUpdatedAt">>;

export type Owner = {
  id: string;
  /** The owner's application, which waits for its turn when code is to be run. */
  tenant: string;
  kind: "endpoint" | "source";
  /** The owner's state as it was read. */
  state: State;
  /** Changes the owner in one transaction with what `decide` does, given the state as it is by then: no change is lost. */
  change: (actor: Actor, decide: Decide) => Promise<State>;
};

type Versions = {
  find: (version: number) => Promise<SavedVersion | null>;
  /** The saved versions, the newest first. */
  list: () => Promise<SavedVersion[]>;
  add: (row: SavedVersion) => Promise<unknown>;
  forgetUpTo: (version: number) => Promise<unknown>;
};

export async function endpointOwner(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<Owner> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  return ownerOfEndpoint(endpoint);
}

export const ownerOfEndpoint = (endpoint: Endpoint): Owner => ({
  id: endpoint.id,
  tenant: endpoint.applicationId,
  kind: "endpoint",
  state: endpoint,
  change: (actor, decide) =>
    changeApplication(endpoint.applicationId, async (tx) => {
      const where = { id: endpoint.id };
      // Read again: changes to one application stand in line here.
      const current = await tx.endpoint.findUniqueOrThrow({ where: { ...where, deletedAt: null } });
      const changed = await tx.endpoint.update({ where, data: await decided(tx, current, decide) });
      await tellOfEndpoints(tx, "endpoint.updated", [endpoint.id]);
      await recordAudit(actor, tx, "endpoint.transformationUpdated", endpoint.id, auditedOf(changed));
      return changed;
    }),
});

export async function sourceOwner(actor: Actor, idOrUid: string): Promise<Owner> {
  const source = await sourceOf(actor, idOrUid);
  const where = { id: source.id };
  return {
    ...where,
    tenant: source.applicationId,
    kind: "source",
    state: source,
    change: (by, decide) =>
      changeSource(source.id, async (tx) => {
        const current = await tx.source.findUniqueOrThrow({ where });
        const changed = await tx.source.update({ where, data: await decided(tx, current, decide) });
        await recordAudit(by, tx, "source.transformationUpdated", source.id, auditedOf(changed));
        return changed;
      }),
  };
}

export function versionsOf({ id, kind }: Pick<Owner, "id" | "kind">, tx: Prisma.TransactionClient = prisma()): Versions {
  const newestFirst = { version: "desc" } as const;
  switch (kind) {
    case "endpoint": {
      const own = { endpointId: id };
      const table = tx.endpointTransformation;
      return {
        find: (version) => table.findUnique({ where: { endpointId_version: { ...own, version } } }),
        list: () => table.findMany({ where: own, orderBy: newestFirst }),
        add: (row) => table.create({ data: { ...own, ...row } }),
        forgetUpTo: (version) => table.deleteMany({ where: { ...own, version: { lte: version } } }),
      };
    }
    case "source": {
      const own = { sourceId: id };
      const table = tx.sourceTransformation;
      return {
        find: (version) => table.findUnique({ where: { sourceId_version: { ...own, version } } }),
        list: () => table.findMany({ where: own, orderBy: newestFirst }),
        add: (row) => table.create({ data: { ...own, ...row } }),
        forgetUpTo: (version) => table.deleteMany({ where: { ...own, version: { lte: version } } }),
      };
    }
  }
}

const decided = async (tx: Prisma.TransactionClient, current: State, decide: Decide): Promise<State> => ({
  ...(await decide(tx, current)),
  transformationUpdatedAt: new Date(databaseNowMs()),
});

const auditedOf = ({ transformationVersion: version, transformationEnabled: enabled }: State) => ({ version, enabled });
