/** How a secret is written that people make up themselves: 32 random bytes as 64 hexadecimal digits, or whsec_ and base64. */
export const secretForms = ["hex", "whsec"] as const;

export type SecretForm = (typeof secretForms)[number];
