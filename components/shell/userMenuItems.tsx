"use client";

import { BookOpen, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { signOut } from "../session/signIn.ts";
import { LaterItems, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "../ui/menu.tsx";
import { setTheme, type Theme } from "../ui/theme.ts";
import { toast } from "../ui/toast.tsx";
import type { ShellProps } from "./shell.tsx";

const themes: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
  { theme: null, label: "As the system", Icon: Monitor },
];

const icon = "size-4 text-ink-muted";

/** What the menu of a person opens. */
export function UserMenuItems({ session, organization, environment, onHelp }: ShellProps & { onHelp: () => void }) {
  return (
    <LaterItems>
      <MenuLabel>
        {session.user.email}, {organization.role}
      </MenuLabel>
      <MenuLink href={`/${organization.id}/${environment.id}/settings/profile`}>
        <UserRound className={icon} aria-hidden="true" />
        Profile
      </MenuLink>
      <MenuLink href="/reference">
        <BookOpen className={icon} aria-hidden="true" />
        API reference
      </MenuLink>
      <MenuItem onSelect={onHelp}>
        <Keyboard className={icon} aria-hidden="true" />
        Keys
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      {themes.map(({ theme, label, Icon }) => (
        <MenuItem key={label} onSelect={() => setTheme(theme)}>
          <Icon className={icon} aria-hidden="true" />
          {label}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => void leave()}>
        <LogOut className={icon} aria-hidden="true" />
        Sign out
      </MenuItem>
    </LaterItems>
  );
}

async function leave(): Promise<void> {
  if (await signOut()) window.location.assign("/login");
  else toast.bad("Signing out failed. Check your connection, then try again.");
}
