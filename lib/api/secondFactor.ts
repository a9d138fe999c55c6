import { pendingTokenIn } from "../auth/pendingCookie.ts";
import {
  addPasskey,
  confirmApp,
  getSecondFactor,
  passkeyOptions,
  proofOptions,
  prove,
  removeApp,
  removePasskey,
  renamePasskey,
  renewRecoveryCodes,
  resetSecondFactor,
  signInOptions,
  startApp,
} from "../contract/secondFactor.ts";
import * as authenticatorApp from "../services/secondFactor/authenticatorApp.ts";
import * as factors from "../services/secondFactor/factors.ts";
import * as passkeys from "../services/secondFactor/passkeys.ts";
import * as proof from "../services/secondFactor/proof.ts";
import { resetMember } from "../services/secondFactor/reset.ts";
import * as signIn from "../services/secondFactor/signIn.ts";
import { route } from "./route.ts";

export const secondFactorRoutes = [
  route(getSecondFactor, ({ actor }) => factors.get(actor)),
  route(startApp, ({ actor }) => authenticatorApp.start(actor)),
  route(confirmApp, ({ actor, body }) => authenticatorApp.confirm(actor, body)),
  route(removeApp, ({ actor }) => authenticatorApp.remove(actor)),
  route(renewRecoveryCodes, ({ actor }) => authenticatorApp.renewCodes(actor)),
  route(passkeyOptions, ({ actor }) => passkeys.registrationOptions(actor)),
  route(addPasskey, ({ actor, body }) => passkeys.add(actor, body)),
  route(renamePasskey, ({ actor, params, body }) => passkeys.rename(actor, params.passkey_id, body)),
  route(removePasskey, ({ actor, params }) => passkeys.remove(actor, params.passkey_id)),
  route(proofOptions, ({ actor }) => proof.proofOptions(actor)),
  route(prove, ({ actor, body }) => proof.prove(actor, body)),
  route(signInOptions, ({ body, cookies }) => signIn.signInOptions(body.step, pendingTokenIn(cookies()))),
  route(resetSecondFactor, ({ actor, params }) => resetMember(actor, params.user_id)),
];
