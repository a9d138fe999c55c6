import { expect, test } from "vitest";
import { isTlsFault } from "./tlsFault.ts";

test.each(["CERT_NOT_YET_VALID", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "UNSPECIFIED", "ERROR_IN_CERT_NOT_AFTER_FIELD", "EPROTO"])(
  "%s is TLS's",
  (code) => expect(isTlsFault(code)).toBe(true),
);

test.each(["", "ECONNRESET", "ETIMEDOUT", "HPE_INVALID_CONSTANT", "UND_ERR_SOCKET"])("%j is not", (code) =>
  expect(isTlsFault(code)).toBe(false),
);
