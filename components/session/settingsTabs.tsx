"use client";

import { useParams, usePathname } from "next/navigation";
import type { Role } from "../../lib/words/role.ts";
import { TabLinks } from "../ui/tabs.tsx";
import { useMembership } from "./queries.ts";

const pages: { path: string; label: string; least: Role }[] = [
  { path: "profile", label: "Profile", least: "viewer" },
  { path: "members", label: "Members", least: "viewer" },
  { path: "keys", label: "API keys", least: "admin" },
  { path: "environments", label: "Environments", least: "viewer" },
  { path: "operational-webhooks", label: "Operational webhooks", least: "viewer" },
  { path: "alerts", label: "Alerts", least: "viewer" },
  { path: "audit-log", label: "Audit log", least: "admin" },
  { path: "system", label: "System", least: "admin" },
];

/** The settings that the role may see. */
export function SettingsTabs() {
  const { organization, environment } = useParams<{ organization: string; environment: string }>();
  const pathname = usePathname();
  const { may } = useMembership();
  const tabs = pages
    .filter(({ path, least }) => least === "viewer" || may(least) || pathname.endsWith(`/settings/${path}`))
    .map(({ path, label }) => {
      const href = `/${organization}/${environment}/settings/${path}`;
      return { href, label, current: pathname === href };
    });
  return (
    <div className="mb-5">
      <TabLinks label="Settings" tabs={tabs} />
    </div>
  );
}
