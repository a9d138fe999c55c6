import { authHandler } from "../../../../lib/auth/nextAuth.ts";
import { acceptInvited } from "../../../../lib/services/team/invitations.ts";

const handler = authHandler(acceptInvited);

export { handler as GET, handler as POST };
