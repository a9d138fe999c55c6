/** The header names of a style that names none itself: those of Stripe and GitHub. */
export const defaultHeaders = {
  stripe: { signatureHeader: "Stripe-Signature" },
  github: { signatureHeader: "X-Hub-Signature-256", eventHeader: "X-GitHub-Event", deliveryHeader: "X-GitHub-Delivery" },
} as const;
