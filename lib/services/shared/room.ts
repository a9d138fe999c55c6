/** Counting what there may be so many of. */
import type { Prisma } from "../../db/generated/client.ts";

/** Whoever makes something at the same moment stands in line here until the transaction ends, so that all see each other's. */
export async function holdEnvironment(tx: Prisma.TransactionClient, environmentId: string): Promise<void> {
  await tx.$executeRaw`select from environment where id = ${environmentId} for no key update`;
}
