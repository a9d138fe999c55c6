import { expect, test } from "vitest";
import { isCredential } from "./credentialNames.ts";

test.each([
  "Authorization",
  "PROXY-AUTHORIZATION",
  "www-authenticate",
  "proxy-authenticate",
  "x-api-key",
  "Api-Key",
  "apikey",
  "X-Auth-Token",
  "X-Secret-Token",
  "x-gitlab-token",
  "Cookie",
  "Set-Cookie",
  "access_token",
  "client_secret",
  "X-Password",
])("%s holds a credential", (name) => {
  expect(isCredential(name)).toBe(true);
});

test.each([
  "x-tenant",
  "content-type",
  "x-hub-signature-256",
  "webhook-id",
  "webhook-signature",
  "idempotency-key",
  "author",
  "x-authored-by",
])("%s holds none", (name) => {
  expect(isCredential(name)).toBe(false);
});
