/** A start against what is no database for Webster says what to do. */
import { createServer as createHttpServer } from "node:http";
import { once } from "node:events";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { selfSigned } from "../testing/certificate.ts";
import { emptyDatabase, onServer } from "../testing/database.ts";
import { freePort } from "../testing/freePort.ts";
import { temporaryDirectory } from "../testing/program.ts";
import { urlOfDatabase } from "../testing/settings.ts";
import { startEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { databaseUser, postgresBinaries } from "./postgresBinaries.ts";
import { Postmaster } from "./postmaster.ts";

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup();
});

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
const refusal = (message: string | RegExp, remedy: string) => ({
  message: expect.stringMatching(message),
  remedy: expect.stringContaining(remedy),
});

test("a database in another encoding", async () => {
  const name = `latin_${process.pid}`;
  await onServer(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
  cleanups.push(() => onServer(`drop database ${name} with (force)`));
  await expect(migrate(urlOfDatabase(inject("databaseServerUrl"), name))).rejects.toMatchObject(
    refusal(/encoded in LATIN1/, "ENCODING 'UTF8'"),
  );
});

test("a database that is set to read-only, and a user who may make no tables", async () => {
  const url = await emptyDatabase();
  const role = `guest_${process.pid}`;
  cleanups.push(async () => {
    await onServer(`drop database "${nameOf(url)}" with (force)`);
    await onServer(`drop role if exists ${role}`);
  });
  await onServer(`create role ${role} login`);
  const guest = new URL(url);
  guest.username = role;
  await expect(migrate(guest.href)).rejects.toMatchObject(
    refusal(/may not create Webster's tables in schema "public"/, `OWNER TO "${role}"`),
  );
  await onServer(`alter database "${nameOf(url)}" set search_path = nowhere`);
  await expect(migrate(url)).rejects.toMatchObject(
    refusal(/no schema to make tables in: .*search_path nowhere\.$/, `ALTER DATABASE "${nameOf(url)}" SET search_path = public`),
  );
  await onServer(`alter database "${nameOf(url)}" reset search_path`);
  await onServer(`alter database "${nameOf(url)}" set default_transaction_read_only = on`);
  await expect(migrate(url)).rejects.toMatchObject(refusal(/set to read-only/, "default_transaction_read_only = off"));
});

test.each([["answers in HTTP", () => createHttpServer((_, response) => response.end("hello")).listen(0, "127.0.0.1")]])(
  "something that %s is no PostgreSQL",
  async (_case, listen) => {
    const server = listen();
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(migrate(`postgresql://ada@127.0.0.1:${port}/hooks`)).rejects.toMatchObject(refusal(/./, "DATABASE_URL"));
  },
);

test("TLS with a CA of one's own; without it, and without TLS, what to do", async () => {
  const [directory, remove] = temporaryDirectory();
  const [cert, key] = [join(directory, "server.crt"), join(directory, "server.key")];
  writeFileSync(cert, selfSigned.cert);
  writeFileSync(key, selfSigned.key);
  chmodSync(key, 0o600);
  const user = databaseUser();
  if (user !== null) chownSync(key, user.uid, user.gid);
  const port = await freePort();
  const settings = {
    shared_buffers: "16MB",
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: cert,
    ssl_key_file: key,
  };
  await (await startEmbedded(join(directory, "postgres"), { settings: { shared_buffers: "16MB" } })).stop();
  const server = new Postmaster(postgresBinaries(user), user, join(directory, "postgres"), settings);
  await server.startPatiently();
  try {
    const url = `postgresql://webster@127.0.0.1:${port}/webster`;
    expect(await migrate(`${url}?sslmode=verify-full&sslrootcert=${cert}`, [])).toEqual([]);
    await expect(migrate(`${url}?sslmode=verify-full`, [])).rejects.toMatchObject(refusal(/is not trusted: self-signed/, "sslrootcert="));
    await expect(migrate(`${url}?sslmode=verify-full&sslrootcert=${cert}.none`, [])).rejects.toMatchObject(
      refusal(/can't be read: ENOENT/, "sslrootcert"),
    );
  } finally {
    await server.stop();
    remove();
  }
});
