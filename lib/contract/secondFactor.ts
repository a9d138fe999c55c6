/** Second factors: one's own, and what a sign-in asks for. */
import * as z from "zod/mini";
import { factorWays } from "../words/factorWay.ts";
import { operation } from "./operation.ts";
import { deleted, plainText } from "./shared.ts";

const used = { createdAt: z.iso.datetime(), lastUsedAt: z.nullable(z.iso.datetime()) };

export const PasskeyListedOut = z.object({ id: z.string(), name: z.string(), ...used }).check(z.meta({ id: "PasskeyListedOut" }));

const recoveryCodes = z
  .nullable(z.array(z.string()))
  .check(
    z.meta({ description: "Each works once in place of a second factor; they are not shown again. Null: the earlier ones stay valid." }),
  );

export const RecoveryCodesOut = z.object({ recoveryCodes }).check(z.meta({ id: "RecoveryCodesOut" }));

export const PasskeyAddedOut = z
  .object({ id: z.string(), name: z.string(), ...used, recoveryCodes })
  .check(z.meta({ id: "PasskeyAddedOut" }));

export const SecondFactorOut = z
  .object({
    app: z.nullable(z.object(used)).check(z.meta({ description: "The authenticator app, if one is set up." })),
    passkeys: z.array(PasskeyListedOut),
    recoveryCodesLeft: z.int(),
    shown: z.boolean().check(z.meta({ description: "Whether this session has shown a second factor." })),
    proofs: z
      .array(z.enum(["password", ...factorWays]))
      .check(z.meta({ description: "The ways in which the caller can confirm who they are. Empty: sign in again." })),
    provenUntil: z
      .nullable(z.iso.datetime())
      .check(z.meta({ description: "Until then factors can be added and removed without a new proof." })),
    requiredBy: z.array(z.string()).check(z.meta({ description: "The names of the organizations that require one." })),
    passkeysAt: z
      .nullable(z.string())
      .check(z.meta({ description: "The origin at which passkeys are created and used. Null: this Webster's address has no host name." })),
  })
  .check(z.meta({ id: "SecondFactorOut" }));

export const AppStartedOut = z
  .object({
    secret: z.string().check(z.meta({ description: "In base32, to be typed." })),
    uri: z.string().check(z.meta({ description: "otpauth://…, to be shown as a QR code." })),
  })
  .check(z.meta({ id: "AppStartedOut" }));

const code = z.string().check(z.minLength(6, "Six digits, or a recovery code"), z.maxLength(40));
export const AppConfirmIn = z
  .object({ code: z.string().check(z.regex(/^\s*\d{3}\s?\d{3}\s*$/, "Six digits")) })
  .check(z.meta({ id: "AppConfirmIn" }));

const passkeyName = plainText.check(z.trim(), z.minLength(1, "Give a name"), z.maxLength(60));
const base64url = z.string().check(z.minLength(1), z.maxLength(12_288), z.regex(/^[A-Za-z0-9_-]+$/, "must be base64url"));
const credential = {
  id: base64url.check(z.maxLength(1400)),
  rawId: base64url.check(z.maxLength(1400)),
  type: z.literal("public-key"),
  authenticatorAttachment: z.optional(z.nullable(z.string().check(z.maxLength(50)))),
  clientExtensionResults: z._default(z.record(z.string(), z.unknown()), {}),
};

/** What navigator.credentials.create answers, as JSON (WebAuthn, RegistrationResponseJSON). */
const PasskeyMade = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.optional(z.array(z.string().check(z.maxLength(50))).check(z.maxLength(10))),
    }),
  })
  .check(z.meta({ id: "PasskeyMade" }));

/** What navigator.credentials.get answers, as JSON (WebAuthn, AuthenticationResponseJSON). */
export const PasskeyAnswer = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: z.optional(z.string().check(z.maxLength(200))),
    }),
  })
  .check(z.meta({ id: "PasskeyAnswer" }));

export const PasskeyIn = z.object({ name: passkeyName, passkey: PasskeyMade }).check(z.meta({ id: "PasskeyIn" }));
export const PasskeyPatch = z.object({ name: passkeyName }).check(z.meta({ id: "PasskeyPatch" }));

export const PasskeyOptionsOut = z
  .object({ options: z.record(z.string(), z.unknown()).check(z.meta({ description: "For navigator.credentials, as JSON." })) })
  .check(z.meta({ id: "PasskeyOptionsOut" }));

export const ProofIn = z
  .object({
    password: z.optional(z.string().check(z.minLength(1), z.maxLength(256), z.meta({ format: "password" }))),
    code: z.optional(code),
    passkey: z.optional(PasskeyAnswer),
  })
  .check(z.meta({ id: "ProofIn", description: "One of them." }));

const SignInOptionsIn = z
  .object({
    step: z
      .enum(["alone", "second"])
      .check(z.meta({ description: "`alone`: instead of a password. `second`: after it, for the sign-in named by the cookie." })),
  })
  .check(z.meta({ id: "SignInOptionsIn" }));

export type PasskeyListedOut = z.output<typeof PasskeyListedOut>;
export type PasskeyAddedOut = z.output<typeof PasskeyAddedOut>;
export type RecoveryCodesOut = z.output<typeof RecoveryCodesOut>;
export type SecondFactorOut = z.output<typeof SecondFactorOut>;
export type AppStartedOut = z.output<typeof AppStartedOut>;
export type AppConfirmIn = z.output<typeof AppConfirmIn>;
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>;
export type PasskeyIn = z.output<typeof PasskeyIn>;
export type PasskeyPatch = z.output<typeof PasskeyPatch>;
export type PasskeyOptionsOut = z.output<typeof PasskeyOptionsOut>;
export type ProofIn = z.output<typeof ProofIn>;

const tag = "Account";
const access = "user";
const path = "/api/v1/profile/second-factor";
const asksForProof = "Asks for a sign-in or proof of the last ten minutes: 403 proof_required.";

export const getSecondFactor = operation({
  operationId: "v1.profile.get-second-factor",
  method: "get",
  path,
  tag,
  summary: "What one signs in with beside the password",
  access,
  responses: { 200: { description: "The second factors", schema: SecondFactorOut } },
});

export const startApp = operation({
  operationId: "v1.profile.start-authenticator-app",
  method: "post",
  path: `${path}/app`,
  tag,
  summary: "Begin to set up an authenticator app (TOTP)",
  description: `Its secret is shown this once, and counts once a code has confirmed it. ${asksForProof}`,
  access,
  responses: { 201: { description: "The secret", schema: AppStartedOut } },
});

export const confirmApp = operation({
  operationId: "v1.profile.confirm-authenticator-app",
  method: "post",
  path: `${path}/app/confirm`,
  tag,
  summary: "Confirm the authenticator app with a code of it",
  description: `With one's first factor every other session ends, and recovery codes are made. ${asksForProof}`,
  access,
  body: AppConfirmIn,
  responses: { 200: { description: "It counts from now on", schema: RecoveryCodesOut } },
});

export const removeApp = operation({
  operationId: "v1.profile.remove-authenticator-app",
  method: "delete",
  path: `${path}/app`,
  tag,
  summary: "Remove the authenticator app",
  description: `Not the last factor of who is a member of an organization that requires one. ${asksForProof}`,
  access,
  responses: deleted,
});

export const renewRecoveryCodes = operation({
  operationId: "v1.profile.renew-recovery-codes",
  method: "post",
  path: `${path}/recovery-codes`,
  tag,
  summary: "Make new recovery codes; those of before are void",
  description: asksForProof,
  access,
  responses: { 201: { description: "The codes", schema: RecoveryCodesOut } },
});

export const passkeyOptions = operation({
  operationId: "v1.profile.passkey-options",
  method: "post",
  path: `${path}/passkey/options`,
  tag,
  summary: "Ask for the options with which a browser makes a passkey",
  description: `They are good once, for five minutes. ${asksForProof}`,
  access,
  responses: { 200: { description: "The options", schema: PasskeyOptionsOut } },
});

export const addPasskey = operation({
  operationId: "v1.profile.add-passkey",
  method: "post",
  path: `${path}/passkey`,
  tag,
  summary: "Add a passkey that the browser has made",
  description: `With one's first factor every other session ends, and recovery codes are made. ${asksForProof}`,
  access,
  body: PasskeyIn,
  responses: { 201: { description: "The passkey", schema: PasskeyAddedOut } },
});

export const renamePasskey = operation({
  operationId: "v1.profile.rename-passkey",
  method: "patch",
  path: `${path}/passkey/{passkey_id}`,
  tag,
  summary: "Rename a passkey",
  access,
  body: PasskeyPatch,
  responses: { 200: { description: "The passkey", schema: PasskeyListedOut } },
});

export const removePasskey = operation({
  operationId: "v1.profile.remove-passkey",
  method: "delete",
  path: `${path}/passkey/{passkey_id}`,
  tag,
  summary: "Remove a passkey",
  description: `Not the last factor of who is a member of an organization that requires one. ${asksForProof}`,
  access,
  responses: deleted,
});

export const proofOptions = operation({
  operationId: "v1.profile.proof-options",
  method: "post",
  path: "/api/v1/profile/proof/options",
  tag,
  summary: "Ask for the options with which a passkey confirms that it is oneself",
  access,
  responses: { 200: { description: "The options", schema: PasskeyOptionsOut } },
});

export const prove = operation({
  operationId: "v1.profile.prove",
  method: "post",
  path: "/api/v1/profile/proof",
  tag,
  summary: "Confirm that it is oneself, with a password or a second factor",
  description: "It is valid for ten minutes. A second factor that was shown is valid for the session from now on.",
  access,
  body: ProofIn,
  responses: deleted,
});

export const signInOptions = operation({
  operationId: "v1.sign-in.passkey-options",
  method: "post",
  path: "/api/v1/sign-in/passkey-options",
  tag: "Session",
  summary: "Ask for the options with which a passkey signs in",
  description: "They are good once, for five minutes.",
  access: "public",
  body: SignInOptionsIn,
  responses: { 200: { description: "The options", schema: PasskeyOptionsOut } },
  refusals: [401, 409],
});

export const resetSecondFactor = operation({
  operationId: "v1.member.reset-second-factor",
  method: "delete",
  path: "/api/v1/member/{user_id}/second-factor",
  tag: "Member",
  summary: "Remove the second factors of a member who has lost them",
  description: `They are signed out, told by mail, and sign in with their password until they set up another. Not for oneself, for someone above oneself, or for a member of another organization too. ${asksForProof}`,
  access: "member",
  role: "admin",
  responses: deleted,
});
