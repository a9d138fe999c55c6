import type { Role } from "../../lib/words/role.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { usePortal, useSender } from "./portalSession.tsx";

/** In place of a page that is not for the role. */
export function NotForYou({ role, least, what }: { role: Role; least: Role; what: string }) {
  const isPortal = usePortal() !== null;
  const sender = useSender();
  if (isPortal)
    return (
      <PageHeader title={`Your access can’t ${what}`} lead={`It is for looking, and changes nothing. ${sender} can give you another.`} />
    );
  return (
    <PageHeader
      title={`Your role can’t ${what}`}
      lead={`That takes the role ${least} or more, and you are a ${role} here. An admin of the organization can change it, in Settings, Members.`}
    />
  );
}
