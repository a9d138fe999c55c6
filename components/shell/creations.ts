import { isAtLeast, type Role } from "../../lib/words/role.ts";

/** What the palette makes: where the form for it is, and who sees it. */
type Creation = {
  label: string;
  /** Found by these too. */
  words: string;
  path: string;
  least: Role;
  /** Not where operational webhooks are kept. */
  ordinary: boolean;
};

const member = { least: "member", ordinary: true } as const;

const creations: readonly Creation[] = [
  { label: "New application", words: "create add customer tenant", path: "/applications?new=yes", ...member },
  { label: "New endpoint", words: "create add url webhook", path: "/endpoints/new", ...member },
  { label: "New event type", words: "create add", path: "/event-types?new=yes", ...member },
  { label: "New source", words: "create add provider receive", path: "/sources/new", ...member },
  { label: "New API key", words: "create add token", path: "/settings/keys?new=yes", least: "admin", ordinary: true },
  {
    label: "Invite member",
    words: "new create add invitation person user",
    path: "/settings/members?new=yes",
    least: "admin",
    ordinary: false,
  },
];

/** `role` null: not known yet. */
export const creationsOf = (role: Role | null, isOperational: boolean): readonly Creation[] =>
  creations.filter(({ least, ordinary }) => role !== null && isAtLeast(role, least) && !(ordinary && isOperational));
