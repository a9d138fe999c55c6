import type { ReactNode } from "react";
import { SettingsTabs } from "../../../../../components/session/settingsTabs.tsx";

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsTabs />
      {children}
    </>
  );
}
