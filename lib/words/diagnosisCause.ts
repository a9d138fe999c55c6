/** Why a provider's request was refused, as the signature doctor finds it. */
export const causes = [
  "verifies_now",
  "source_incomplete",
  "clock",
  "secret_form",
  "expired_secret",
  "other_secret",
  "body_changed",
  "url_changed",
  "header_renamed",
  "settings",
  "other_provider",
  "not_signed",
  "certificate",
  "unknown_secret",
] as const;
export type Cause = (typeof causes)[number];
