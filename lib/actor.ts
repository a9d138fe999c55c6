/** Who is calling. Every service takes an actor as its first argument, and sees only what the actor may see. */
import type { ApplicationId, EnvironmentId } from "./ids.ts";
import type { ActorKind } from "./words/actorKind.ts";
import type { Grant } from "./words/capability.ts";
import type { Role } from "./words/role.ts";

/** Where a request came from, for the audit log. */
export type Client = { ip: string | null; userAgent: string | null };

export type Actor = {
  kind: ActorKind;
  /** The id of the user, key or portal access; "system" for the programs themselves. */
  id: string;
  /** The name under which people know the actor: the audit log shows it. */
  name: string;
  /** A key that writes is an admin, one that reads a viewer. A portal has its own list of operations beside the role. */
  role: Role;
  organizationId: string;
  environmentId: EnvironmentId;
  /** The environment holds the operational webhooks of another: see requireOrdinary in lib/services/shared/scope.ts. */
  operational?: true;
  /** An API key that may manage the organization's environments and their keys. */
  manages?: true;
  /** Set: an API key may do no more than these name; see lib/words/keyScope.ts. */
  scopes?: readonly string[];
  /** Set: only this application exists for the actor. */
  applicationId: ApplicationId | null;
  /** Feature flags that a portal token was given; event types with others don't exist for it. Null: sees all. */
  featureFlags: string[] | null;
  /** What a portal token may do, see lib/words/capability.ts. Absent: everything that a portal may do. */
  capabilities?: readonly Grant[];
  /** A member's own session, by which the request came. */
  sessionId?: string;
  /** Where the request came from; null: there is no request. */
  client: Client | null;
};

/** Someone signed in, for what concerns the person alone and no organization. */
export type SignedIn = {
  userId: string;
  email: string;
  name: string;
  client: Client | null;
  /** The request's own session; absent where nobody asks for it. */
  sessionId?: string;
};
