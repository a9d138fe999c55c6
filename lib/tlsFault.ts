/** What an error's code says of TLS. */

/**
 * Whether something is wrong with a certificate, as Node.js calls it (src/crypto/crypto_common.cc, X509ErrorCode). All that it has no
 * name for is UNSPECIFIED, and then the message alone says what: a digest that is too weak, names that the issuer may not certify.
 */
export const isCertificateFault = (code: string): boolean =>
  /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UNSPECIFIED)$)/.test(
    code,
  );

/** Whether there is no trusted TLS connection: a certificate's fault, or TLS's own by OpenSSL's names. */
export const isTlsFault = (code: string): boolean => /^(EPROTO$|ERR_TLS|ERR_SSL)/.test(code) || isCertificateFault(code);
