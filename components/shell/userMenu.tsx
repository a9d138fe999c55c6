"use client";

import { BookOpen, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { signOut } from "../session/signIn.ts";
import { Menu, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "../ui/menu.tsx";
import { setTheme, type Theme } from "../ui/theme.ts";
import { toast } from "../ui/toast.tsx";
import type { ShellProps } from "./shell.tsx";

const themes: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
  { theme: null, label: "As the system", Icon: Monitor },
];

const icon = "size-4 text-ink-muted";

export function UserMenu({ session, organization, environment, onHelp }: ShellProps & { onHelp: () => void }) {
  const { name, email } = session.user;
  return (
    <Menu
      align="start"
      side="top"
      className="w-56"
      trigger={
        <button
          type="button"
          className="flex h-9 w-full items-center gap-2 rounded-md px-2 text-left text-sm transition-colors hover:bg-sunken data-[state=open]:bg-sunken max-sm:h-11"
        >
          <UserRound className={icon} aria-hidden="true" />
          <span className="truncate">{name ?? email}</span>
        </button>
      }
    >
      <MenuLabel>
        {email}, {organization.role}
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
    </Menu>
  );
}

async function leave(): Promise<void> {
  if (await signOut()) window.location.assign("/login");
  else toast.bad("Signing out failed. Check your connection, then try again.");
}
