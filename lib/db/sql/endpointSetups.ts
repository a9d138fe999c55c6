/** How many endpoints sign and authenticate, read and written together. */
import type { Endpoint, EndpointSecret, Prisma } from "../generated/client.ts";
import { store } from "./together.ts";

type Transaction = Prisma.TransactionClient;

type Place = { application: string; endpoint: string };

export type EndpointNamed = Pick<Endpoint, "id" | "applicationId" | "signature" | "sealedAuthentication"> & {
  /** Which of the places it is at. */
  index: number;
  /** Its current secret; null: it has none. */
  secretId: EndpointSecret["id"] | null;
  sealedSecret: EndpointSecret["sealed"] | null;
};

/** The endpoints that there are of an environment, by the uids of application and endpoint. */
export const endpointsNamed = (tx: Transaction, environmentId: string, places: readonly Place[]): Promise<EndpointNamed[]> =>
  tx.$queryRawUnsafe<EndpointNamed[]>(
    `select (k."n" - 1)::int as "index", e."id", e."applicationId", e."signature", e."sealedAuthentication", s."id" as "secretId",
       s."sealed" as "sealedSecret"
     from unnest($2::text[], $3::text[]) with ordinality k("application", "endpoint", "n")
     join "application" a on a."environmentId" = $1 and a."uid" = k."application" and a."deletedAt" is null
     join "endpoint" e on e."applicationId" = a."id" and e."uid" = k."endpoint" and e."environmentId" = $1 and e."deletedAt" is null
     left join lateral (select "id", "sealed" from "endpoint_secret" where "endpointId" = e."id" and "expiresAt" is null
       order by "id" desc limit 1) s on true`,
    environmentId,
    places.map(({ application }) => application),
    places.map(({ endpoint }) => endpoint),
  );

export type SetupRow = {
  id: string;
  applicationId: string;
  /** Undefined: it stays as it is. Null: standard. */
  signature?: Prisma.InputJsonValue | null | undefined;
  sealedAuthentication?: Buffer | undefined;
  updatedAt: Date;
};

/** Changes how endpoints sign and authenticate, and raises the versions of their applications. */
export async function storeSetups(tx: Transaction, rows: readonly SetupRow[]): Promise<void> {
  const applicationIds = [...new Set(rows.map(({ applicationId }) => applicationId))];
  await tx.$executeRawUnsafe(
    `update "application" a set "endpointsVersion" = "endpointsVersion" + 1
     from (select "id" from "application" where "id" = any($1::text[]) order by "id" for no key update) l where a."id" = l."id"`,
    applicationIds,
  );
  await store(
    tx,
    `update "endpoint" e set "signature" = case when n."signs" then n."signature" else e."signature" end,
       "signatureChangedAt" = case when n."signs" then n."updatedAt" else e."signatureChangedAt" end,
       "sealedAuthentication" = coalesce(decode(n."sealed", 'hex'), e."sealedAuthentication"), "updatedAt" = n."updatedAt"
     from json_to_recordset($1::json) as n("id" text, "signs" boolean, "signature" jsonb, "sealed" text, "updatedAt" timestamptz)
     where e."id" = n."id"`,
    rows.map(({ id, signature, sealedAuthentication, updatedAt }) => ({
      id,
      signs: signature !== undefined,
      signature,
      sealed: sealedAuthentication?.toString("hex"),
      updatedAt,
    })),
  );
}
