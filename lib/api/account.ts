import { changePassword, forgotPassword, resetPassword, signOutEverywhere, updateProfile } from "../contract/account.ts";
import * as accounts from "../services/team/accounts.ts";
import { route } from "./route.ts";

export const accountRoutes = [
  route(updateProfile, ({ actor, body }) => accounts.updateProfile(actor, body)),
  route(changePassword, ({ actor, body }) => accounts.changePassword(actor, body)),
  route(signOutEverywhere, ({ actor }) => accounts.signOutEverywhere(actor)),
  route(forgotPassword, ({ body }) => accounts.forgotPassword(body)),
  route(resetPassword, ({ body, client }) => accounts.resetPassword(body, client())),
];
