/** The one table of providers. A new one is a row here, and its vector in the tests. */
import type { Provider } from "./row.ts";
import { businessRows } from "./rowsBusiness.ts";
import { challengedRows } from "./rowsChallenged.ts";
import { formRows } from "./rowsForms.ts";
import { jwtRows } from "./rowsJwt.ts";
import { namedRows } from "./rowsNamed.ts";
import { openRows } from "./rowsOpen.ts";
import { pairRows } from "./rowsPairs.ts";
import { paymentRows } from "./rowsPayments.ts";
import { plainRows } from "./rowsPlain.ts";
import { signedRows } from "./rowsSigned.ts";
import { signedMoreRows } from "./rowsSignedMore.ts";
import { stampedRows } from "./rowsStamped.ts";
import { svixRows } from "./rowsSvix.ts";
import { svixOwnRows } from "./rowsSvixOwn.ts";
import { timedRows } from "./rowsTimed.ts";
import { tokenRows } from "./rowsTokens.ts";

const rows = {
  ...plainRows,
  ...jwtRows,
  ...namedRows,
  ...pairRows,
  ...timedRows,
  ...signedRows,
  ...challengedRows,
  ...tokenRows,
  ...signedMoreRows,
  ...stampedRows,
  ...paymentRows,
  ...formRows,
  ...openRows,
  ...businessRows,
  ...svixOwnRows,
  ...svixRows,
};

export type ProviderKind = keyof typeof rows;

export const providers: Readonly<Record<ProviderKind, Provider>> = rows;

export const isProviderKind = (text: string): text is ProviderKind => Object.hasOwn(rows, text);
