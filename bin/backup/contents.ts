/** What a backup says of itself, as JSON in the frames H, T and E. */
import { z } from "zod";
import { damaged, type Frame } from "./container.ts";

const head = z.object({
  /** Versions of Webster and PostgreSQL. */
  webster: z.string(),
  postgres: z.string(),
  /** By the database's clock, when the snapshot was taken. */
  takenAt: z.iso.datetime(),
  /** What had been applied to the database, in order. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
  /** Ids of the keys that seal values in it (lib/seal.ts): which secrets it needs, and nothing of the secrets. */
  keyIds: z.array(z.string().regex(/^[0-9a-f]{8}$/)),
});

/** `partitionOf`: the table of which it is a day. */
const table = z.object({ name: z.string(), partitionOf: z.string().nullable(), columns: z.array(z.string()).min(1) });

const end = z.object({
  tables: z.array(z.object({ name: z.string(), rows: z.int().min(0) })),
  sequences: z.array(z.object({ name: z.string(), value: z.string().regex(/^-?\d+$/), isCalled: z.boolean() })),
});

export type BackupHead = z.infer<typeof head>;
export type BackupTable = z.infer<typeof table>;
export type BackupEnd = z.infer<typeof end>;

export const readHead = (frame: Frame): BackupHead => parsed(head, "H", frame);
export const readTable = (frame: Frame): BackupTable => parsed(table, "T", frame);
export const readEnd = (frame: Frame): BackupEnd => parsed(end, "E", frame);

/** Throws StartError if the frame is another, or says nothing that can be read. */
function parsed<T>(schema: z.ZodType<T>, type: Frame["type"], frame: Frame): T {
  if (frame.type !== type) throw damaged();
  try {
    return schema.parse(JSON.parse(frame.bytes.toString()));
  } catch (error) {
    throw damaged(error);
  }
}
