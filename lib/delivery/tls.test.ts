/** What TLS is told of the receiver, and what is wrong with a certificate. */
import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { selfSigned, unknownExtension } from "../testing/certificate.ts";
import { endpointAt, sendBy } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { Sender } from "./send.ts";

const closers: (() => Promise<unknown> | void)[] = [];
beforeEach(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none")));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Sends to a receiver of its own. */
async function sendTo(options: ServerOptions, host: string, trusted?: string): Promise<{ outcome: Outcome; hits: number }> {
  let hits = 0;
  const server = createServer(options, (_request, response) => {
    hits++;
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sender = new Sender({ trusted });
  closers.push(
    () => sender.close(),
    () => void server.close(),
  );
  const { port } = server.address() as AddressInfo;
  const outcome = await sendBy(sender, endpointAt(`https://${host}:${port}/`, newSecret()), Buffer.from("{}"));
  return { outcome, hits };
}

test.each([
  ["that is self-signed", selfSigned, undefined, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["with a fault that Node.js has no name for", unknownExtension, unknownExtension.issuer, "unhandled critical extension"],
])("a certificate %s is the receiver's failure, and nothing is sent", async (_, certificate, trusted, told) => {
  const { outcome, hits } = await sendTo(certificate, "127.0.0.1", trusted);
  expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "tls", detail: `No trusted TLS connection (${told})` });
  expect(hits).toBe(0);
});

test("a host name is told to TLS without the dot at its end", async () => {
  const named: string[] = [];
  await sendTo({ ...unknownExtension, SNICallback: (name, done) => done(null, void named.push(name)) }, "localhost.");
  expect(named).toEqual(["localhost"]);
});
