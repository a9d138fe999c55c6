import { expect, test } from "vitest";
import { isTlsFault, tlsFaultWords } from "./tlsFault.ts";

test.each(["CERT_NOT_YET_VALID", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "UNSPECIFIED", "ERROR_IN_CERT_NOT_AFTER_FIELD", "EPROTO"])(
  "%s is TLS's",
  (code) => expect(isTlsFault(code)).toBe(true),
);

test.each(["", "ECONNRESET", "ETIMEDOUT", "HPE_INVALID_CONSTANT", "UND_ERR_SOCKET"])("%j is not", (code) =>
  expect(isTlsFault(code)).toBe(false),
);

test.each([
  ["CERT_HAS_EXPIRED", "The certificate has expired"],
  ["CERT_NOT_YET_VALID", "The certificate is not valid yet"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "The certificate's issuer is not trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "The certificate's issuer is not trusted, or its chain is incomplete"],
  ["UNSPECIFIED", null],
  ["ERR_SSL_SOMETHING_NEW", null],
])("%s in words", (code, words) => expect(tlsFaultWords(code)).toBe(words));
