/** The first owner, made with the one-time link of the first start. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { plainText } from "./shared.ts";

export const SetupIn = z
  .object({
    token: z.string().check(z.minLength(1), z.maxLength(256)),
    email: z.string().check(z.minLength(3), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address")),
    password: z.string().check(z.minLength(12), z.maxLength(256)),
    organizationName: plainText.check(z.minLength(1), z.maxLength(256)),
  })
  .check(z.meta({ id: "SetupIn" }));

export const SetupOut = z.object({ apiKey: z.string() }).check(z.meta({ id: "SetupOut" }));

const SetupTokenIn = z.object({ token: z.string().check(z.minLength(1), z.maxLength(256)) }).check(z.meta({ id: "SetupTokenIn" }));

export const showSetup = operation({
  operationId: "v1.setup.show",
  method: "post",
  path: "/api/v1/setup/show",
  tag: "Setup",
  summary: "Whether the first start's link still creates an owner",
  access: "public",
  body: SetupTokenIn,
  responses: { 204: { description: "It does" } },
});

export const setup = operation({
  operationId: "v1.setup",
  method: "post",
  path: "/api/v1/setup",
  tag: "Setup",
  summary: "Create the first owner, with the one-time token of the first start",
  access: "public",
  body: SetupIn,
  responses: { 201: { description: "The organization's first API key", schema: SetupOut } },
  refusals: [409],
});
