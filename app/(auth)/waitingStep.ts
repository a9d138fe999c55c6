import { cookies } from "next/headers";
import type { WaitingStep } from "../../components/account/step.ts";
import { pendingTokenIn } from "../../lib/auth/pendingCookie.ts";
import { waysOfPending } from "../../lib/services/secondFactor/signIn.ts";

/** The second step at which this browser stands. `step`: the address's. Null: at none. */
export async function waitingStep(step: string | string[] | undefined): Promise<WaitingStep> {
  if (step !== "second") return null;
  return (await waysOfPending(pendingTokenIn((await cookies()).toString()))) ?? "expired";
}
