/** How an endpoint's messages are signed. */
import * as z from "zod/mini";
import { defaultHeaders } from "../words/signatureHeaders.ts";

const headerName = z.string().check(z.minLength(1), z.maxLength(256));

const standard = z.object({ style: z.literal("standard") });
const svix = z.object({ style: z.literal("svix") });
const { stripe, github } = defaultHeaders;

/** A style as it is given: header names may be left out. */
export const EndpointSignatureIn = z
  .discriminatedUnion("style", [
    standard,
    svix,
    z.object({ style: z.literal("stripe"), signatureHeader: z._default(headerName, stripe.signatureHeader) }),
    z.object({
      style: z.literal("github"),
      signatureHeader: z._default(headerName, github.signatureHeader),
      eventHeader: z._default(headerName, github.eventHeader),
      deliveryHeader: z._default(headerName, github.deliveryHeader),
    }),
  ])
  .check(
    z.meta({
      id: "EndpointSignatureIn",
      description:
        "`standard`: Standard Webhooks. `svix`: under Svix's header names alone. `stripe`: `t=…,v1=…`, one `v1` for each secret that signs. " +
        "`github`: `sha256=…` of the newest secret alone, as that header holds one signature. `stripe` and `github` sign with the secret as it " +
        "stands, `whsec_` included, and take a secret of any 16 to 200 characters. Default: `standard`.",
      examples: [{ style: "stripe" }],
    }),
  );

export const EndpointSignatureOut = z
  .discriminatedUnion("style", [
    standard,
    svix,
    z.object({ style: z.literal("stripe"), signatureHeader: z.string() }),
    z.object({ style: z.literal("github"), signatureHeader: z.string(), eventHeader: z.string(), deliveryHeader: z.string() }),
  ])
  .check(z.meta({ id: "EndpointSignatureOut", examples: [{ style: "standard" }] }));

export type EndpointSignatureIn = z.output<typeof EndpointSignatureIn>;
export type EndpointSignatureOut = z.output<typeof EndpointSignatureOut>;
