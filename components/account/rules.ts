/** What the forms of accounts check by, where the contract has no shape of just these fields. */
import * as z from "zod/mini";
import { newPassword, personName } from "../../lib/contract/account.ts";

export const Password = z.object({ password: newPassword });
export const Account = z.object({ name: personName, password: newPassword });
