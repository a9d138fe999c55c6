/** One's own account: name, password, sessions; and getting back in. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, plainText } from "./shared.ts";

export const email = z
  .string()
  .check(z.trim(), z.minLength(3), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address"));

export const newPassword = z
  .string()
  .check(z.minLength(12, "At least 12 characters"), z.maxLength(256, "At most 256 characters"), z.meta({ format: "password" }));

export const personName = plainText.check(z.trim(), z.minLength(1, "Give a name"), z.maxLength(100));

const linkToken = z.string().check(z.minLength(1), z.maxLength(256));

export const ProfileIn = z.object({ name: personName }).check(z.meta({ id: "ProfileIn" }));
export const ProfileOut = z.object({ id: z.string(), email: z.string(), name: z.nullable(z.string()) }).check(z.meta({ id: "ProfileOut" }));

export const PasswordChangeIn = z
  .object({ currentPassword: z.string().check(z.minLength(1), z.maxLength(256)), newPassword })
  .check(z.meta({ id: "PasswordChangeIn" }));

export const PasswordForgottenIn = z.object({ email }).check(z.meta({ id: "PasswordForgottenIn" }));
export const PasswordResetIn = z.object({ token: linkToken, password: newPassword }).check(z.meta({ id: "PasswordResetIn" }));

export type ProfileIn = z.output<typeof ProfileIn>;
export type ProfileOut = z.output<typeof ProfileOut>;
export type PasswordChangeIn = z.output<typeof PasswordChangeIn>;
export type PasswordForgottenIn = z.output<typeof PasswordForgottenIn>;
export type PasswordResetIn = z.output<typeof PasswordResetIn>;

const tag = "Account";

export const updateProfile = operation({
  operationId: "v1.profile.update",
  method: "patch",
  path: "/api/v1/profile",
  tag,
  summary: "Change one's own name",
  access: "user",
  body: ProfileIn,
  responses: { 200: { description: "The profile", schema: ProfileOut } },
});

export const changePassword = operation({
  operationId: "v1.profile.change-password",
  method: "post",
  path: "/api/v1/profile/password",
  tag,
  summary: "Change one's own password; every session ends",
  access: "user",
  body: PasswordChangeIn,
  responses: deleted,
});

export const signOutEverywhere = operation({
  operationId: "v1.profile.sign-out-everywhere",
  method: "post",
  path: "/api/v1/profile/sign-out-everywhere",
  tag,
  summary: "End every session, this one too",
  access: "user",
  responses: deleted,
});

export const forgotPassword = operation({
  operationId: "v1.password-reset.request",
  method: "post",
  path: "/api/v1/password-reset/request",
  tag,
  summary: "Ask for a link that resets a password, by mail",
  description: "The answer is the same whether or not such an account exists.",
  access: "public",
  body: PasswordForgottenIn,
  responses: { 202: { description: "If there is such an account, a mail is on its way", schema: z.object({ mail: z.boolean() }) } },
});

export const resetPassword = operation({
  operationId: "v1.password-reset.finish",
  method: "post",
  path: "/api/v1/password-reset",
  tag,
  summary: "Set a new password with the link's token, once; every session ends",
  access: "public",
  body: PasswordResetIn,
  responses: { 200: { description: "Whose password it is", schema: z.object({ email: z.string() }) } },
});
