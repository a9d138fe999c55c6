/** P2002 of Prisma's error reference: a unique constraint refused the row. */
export const isUniqueViolation = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "P2002";
