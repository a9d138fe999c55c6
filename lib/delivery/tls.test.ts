/** What TLS is told of the receiver, and what is wrong with a certificate. */
import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, createServer as createRawServer } from "node:net";
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
  ["that is self-signed", selfSigned, "127.0.0.1", undefined, "The certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)"],
  [
    "for another name",
    selfSigned,
    "localhost",
    selfSigned.cert,
    "The certificate is for another name than the URL's (ERR_TLS_CERT_ALTNAME_INVALID)",
  ],
  [
    "with a fault that Node.js has no name for",
    unknownExtension,
    "127.0.0.1",
    unknownExtension.issuer,
    "No trusted TLS connection (unhandled critical extension)",
  ],
])("a certificate %s is the receiver's failure, and nothing is sent", async (_, certificate, host, trusted, detail) => {
  const { outcome, hits } = await sendTo(certificate, host, trusted);
  expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "tls", detail });
  expect(hits).toBe(0);
});

test("a host name is told to TLS without the dot at its end", async () => {
  const named: string[] = [];
  await sendTo({ ...unknownExtension, SNICallback: (name, done) => done(null, void named.push(name)) }, "localhost.");
  expect(named).toEqual(["localhost"]);
});

/** Sends by https to whatever answers the handshake with these bytes, and closes. */
async function sendToAnswering(bytes: Buffer): Promise<Outcome> {
  const server = createRawServer((socket) => {
    socket.on("error", () => undefined).once("data", () => socket.end(bytes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sender = new Sender();
  closers.push(
    () => sender.close(),
    () => void server.close(),
  );
  const { port } = server.address() as AddressInfo;
  return sendBy(sender, endpointAt(`https://127.0.0.1:${port}/`, newSecret()), Buffer.from("{}"));
}

/** A fatal alert (RFC 8446, section 6). */
const alert = (description: number): Buffer => Buffer.from([0x15, 3, 3, 0, 2, 2, description]);

// As nginx, HAProxy, Go, Node.js and Java refuse a handshake.
test.each([
  ["a server of plain HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), /^What listens at this port speaks no TLS \(ERR_SSL_/],
  ["no protocol in common", alert(120), /^The receiver takes HTTP\/2 only, and webhooks come by HTTP\/1\.1 \(ERR_SSL_/],
  ["an old TLS only", alert(70), /^The receiver has no TLS of version 1\.2 or later \(ERR_SSL_/],
  ["a name that it doesn't know", alert(112), /^The receiver serves nothing by TLS under the URL's name \(ERR_SSL_/],
  ["no client certificate", alert(116), /^The receiver wants a client certificate \(ERR_SSL_/],
  ["a client certificate of an unknown issuer", alert(48), /^The receiver refuses the client certificate \(ERR_SSL_/],
  ["nothing in common", alert(40), /^The receiver refuses the TLS handshake: .+ \(ERR_SSL_/],
])("a handshake that is refused because of %s says so", async (_, bytes, detail) => {
  expect(await sendToAnswering(bytes)).toMatchObject({
    kind: "unreachable",
    errorClass: "tls",
    detail: expect.stringMatching(detail) as unknown,
  });
});

test("one that is broken off without a word is told as that", async () => {
  expect(await sendToAnswering(Buffer.alloc(0))).toMatchObject({
    kind: "unreachable",
    errorClass: "reset",
    detail: "The connection was closed during the TLS handshake",
  });
});

test("what TLS says after the handshake, as of a client certificate that is missing, is not taken for a connection that ended", async () => {
  const server = createServer(selfSigned);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const between = createRawServer((near) => {
    const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
    near.on("error", () => undefined).pipe(far.on("error", () => undefined));
    far.pipe(near, { end: false });
    // An alert in plain is none any more, which is for the other side to say.
    server.once("secureConnection", () => far.unpipe(near) && near.end(alert(116)));
  });
  between.listen(0, "127.0.0.1");
  await once(between, "listening");
  const sender = new Sender({ trusted: selfSigned.cert });
  closers.push(
    () => sender.close(),
    () => void between.close(),
    () => void server.close(),
  );
  const { port } = between.address() as AddressInfo;
  const outcome = await sendBy(sender, endpointAt(`https://127.0.0.1:${port}/`, newSecret()), Buffer.from("{}"));
  expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "tls" });
});
