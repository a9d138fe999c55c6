import { authHandler } from "../../../../lib/auth/nextAuth.ts";
import { acceptInvited } from "../../../../lib/services/team/invitations.ts";
import { sessionHooks } from "../../../../lib/services/team/sessions.ts";

const handler = authHandler(acceptInvited, sessionHooks);

export { handler as GET, handler as POST };
