/**
 * How an e-mail address is compared: without blanks around it and with its ASCII letters small, and else code point by code
 * point. Unicode's own rules would make one address of two: the Kelvin sign (U+212A) is small a `k`, by lower case and by
 * each normal form, and a mailbox of that name may be somebody else's (RFC 6531 leaves its local part to its own server).
 */
export const addressOf = (text: string): string => text.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
