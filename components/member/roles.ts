import { isAtLeast, type Role, roles } from "../../lib/words/role.ts";

export const roleWords: Record<Role, { label: string; does: string }> = {
  viewer: { label: "Viewer", does: "sees everything but secrets, changes nothing" },
  member: { label: "Member", does: "sends, resends, and changes applications, endpoints and event types" },
  admin: { label: "Admin", does: "also secrets, API keys, people, environments and the audit log" },
  owner: { label: "Owner", does: "everything, the organization itself too" },
};

/** The roles that someone of the role `own` may give. */
export const givableRoles = (own: Role | null): { value: Role; label: string }[] =>
  roles.filter((role) => own !== null && isAtLeast(own, role)).map((value) => ({ value, label: roleWords[value].label }));
