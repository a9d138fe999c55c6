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

/** What is wrong by an error's code: a certificate's fault, or the receiver's answer to the handshake (an alert: RFC 8446, section 6). */
const inWords: [code: RegExp, words: string][] = [
  [/^CERT_HAS_EXPIRED$/, "The certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, "The certificate is not valid yet"],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, "The certificate is for another name than the URL's"],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, "The certificate is self-signed"],
  [/^SELF_SIGNED_CERT_IN_CHAIN$/, "The certificate's issuer is not trusted"],
  [/^UNABLE_TO_/, "The certificate's issuer is not trusted, or its chain is incomplete"],
  [/_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, "What listens at this port speaks no TLS"],
  [/_NO_APPLICATION_PROTOCOL$/, "The receiver takes HTTP/2 only, and webhooks come by HTTP/1.1"],
  [/_(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, "The receiver has no TLS of version 1.2 or later"],
  [/_UNRECOGNIZED_NAME$/, "The receiver serves nothing by TLS under the URL's name"],
  [/_CERTIFICATE_REQUIRED$/, "The receiver wants a client certificate"],
  [
    /_ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(UNKNOWN|EXPIRED|REVOKED)|UNSUPPORTED_CERTIFICATE)$/,
    "The receiver refuses the client certificate",
  ],
  [
    /_HANDSHAKE_FAILURE$/,
    "The receiver refuses the TLS handshake: it has no certificate for the URL's name, wants a client's, or no cipher in common",
  ],
];

/** What is wrong, for whoever looks after the receiver. Null: the code alone tells. */
export const tlsFaultWords = (code: string): string | null => inWords.find(([known]) => known.test(code))?.[1] ?? null;
