/** Which names of a payload's objects are fields, and which are data: ids, moments, addresses, whatever people wrote. */

const maximumNameCharacters = 64;

const data = [
  // What Ajv, as most validators, takes for no property's name.
  /^__proto__$|[\p{Cc}\p{Cs}]/u,
  // Numbers, dates and moments, versions of three parts.
  /^[-+]?\d[\d\s.,:/TZ+-]*$/,
  // UUIDs, and hashes in hex.
  /^\{?[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}\}?$/i,
  /^(?:0x)?(?=[\da-f]*\d)[\da-f]{12,}$/i,
  // cus_Nk3x8Qm2a, usr-0192837465, evt:2xLkWq9: what follows has digits and letters, or digits alone.
  /^[A-Za-z]{1,16}[_:-](?=[A-Za-z]*\d)[\dA-Za-z]{6,}$/,
  /^[A-Za-z]{1,16}[_:-]?\d{4,}$/,
  // Addresses, URLs, and ids without a word in them.
  /@.*\./,
  /^[a-z][a-z+.-]*:\/\//i,
  /^(?=(?:[^\d]*\d){3})(?=.*[A-Z])(?=.*[a-z])[\w-]{16,}$/,
];

/** Whether a name is rather data than a field: a shape doesn't keep it. */
export const isData = (name: string): boolean => name.length > maximumNameCharacters || data.some((kind) => kind.test(name));
