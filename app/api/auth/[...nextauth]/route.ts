import { authHandler } from "../../../../lib/auth/nextAuth.ts";
import { factorHooks } from "../../../../lib/services/secondFactor/signIn.ts";
import { acceptInvited } from "../../../../lib/services/team/invitations.ts";
import { sessionHooks } from "../../../../lib/services/team/sessions.ts";

const handler = authHandler({ acceptInvited, sessions: sessionHooks, factors: factorHooks });

export { handler as GET, handler as POST };
