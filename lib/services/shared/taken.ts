/** What only one may have: a uid, a name. */
import { AppError } from "../../errors.ts";

/** P2002 of Prisma's error reference: a unique constraint refused the row. */
export const isUniqueViolation = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "P2002";

/** `detail` is what a client is told: `A source with this uid exists already`. Throws `conflict`. */
export async function refusingTaken<T>(detail: string, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw isUniqueViolation(error) ? new AppError("conflict", detail) : error;
  }
}
