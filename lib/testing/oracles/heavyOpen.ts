/** Large libraries of providers of business: messages and calls. */
import type { IncomingRequest } from "../../webhooks/verification.ts";
import { canonicalBodies, formBodies } from "./bodies.ts";
import type { Oracle } from "./oracle.ts";
import { headerIn, hmacOf, textOf } from "./oracle.ts";

type Load = (name: string) => unknown;

type Crisp = { default: new () => { verifyWidget: (secret: string, body: object, time: string, signature: string) => boolean } };
type Plivo = {
  validateV3Signature: (method: string, url: string, nonce: string, token: string, signature: string, fields: object) => boolean;
};
type Stream = { StreamChat: new (key: string, secret: string) => { verifyWebhook: (body: Buffer, signature: string) => boolean } };

export const openHeavyOracles = (load: Load): Oracle[] => [
  {
    kind: "crisp",
    library: "crisp-api",
    // It writes the body again before it compares; of hooks it verifies the same as of widgets, but only once they are bound.
    bodies: canonicalBodies,
    takes: (request, secret) => {
      const { default: Crisp } = load("crisp-api") as Crisp;
      const [time, signature] = [headerIn(request, "x-crisp-request-timestamp"), headerIn(request, "x-crisp-signature")];
      return new Crisp().verifyWidget(secret, JSON.parse(textOf(request)) as object, time, signature);
    },
  },
  {
    kind: "plivo",
    library: "plivo",
    bodies: formBodies,
    takes: (request, secret) => {
      const [nonce, signature] = [headerIn(request, "x-plivo-signature-v3-nonce"), headerIn(request, "x-plivo-signature-v3")];
      const fields = fieldsOf(request);
      return (load("plivo") as Plivo).validateV3Signature("POST", request.url, nonce, secret, signature, fields);
    },
  },
  {
    kind: "stream",
    library: "stream-chat",
    takes: (request, secret) =>
      new (load("stream-chat") as Stream).StreamChat("key", secret).verifyWebhook(request.body, headerIn(request, "x-signature")),
    signs: ({ body }, secret) => ({ headers: { "x-signature": hmacOf("sha256", "hex", secret, body) } }),
  },
];

/** A form as express has it. */
function fieldsOf(request: IncomingRequest): Record<string, string | string[]> {
  const form = new URLSearchParams(textOf(request));
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}
