"use client";

import { Monitor, Moon, Sun } from "lucide";
import { signOut } from "../session/signIn.ts";
import { leave } from "../ui/leaving.ts";
import { LaterItems, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "../ui/menuItems.tsx";
import { setTheme, type Theme } from "../ui/theme.ts";
import { toast } from "../ui/toast.tsx";
import type { ShellProps } from "./shell.tsx";
import { type LineIcon, lineIcon } from "../ui/lineIcon.tsx";
import { UserRoundIcon } from "./icons.ts";
import { BookOpenIcon, KeyboardIcon, LogOutIcon } from "../ui/moreIcons.ts";

const MonitorIcon = lineIcon(Monitor);
const MoonIcon = lineIcon(Moon);
const SunIcon = lineIcon(Sun);

const themes: { theme: Theme; label: string; Icon: LineIcon }[] = [
  { theme: "light", label: "Light", Icon: SunIcon },
  { theme: "dark", label: "Dark", Icon: MoonIcon },
  { theme: null, label: "As the system", Icon: MonitorIcon },
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
        <UserRoundIcon className={icon} aria-hidden="true" />
        Profile
      </MenuLink>
      <MenuLink href="/reference">
        <BookOpenIcon className={icon} aria-hidden="true" />
        API reference
      </MenuLink>
      <MenuItem onSelect={onHelp}>
        <KeyboardIcon className={icon} aria-hidden="true" />
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
      <MenuItem onSelect={() => leave(() => void signOutHere())}>
        <LogOutIcon className={icon} aria-hidden="true" />
        Sign out
      </MenuItem>
    </LaterItems>
  );
}

async function signOutHere(): Promise<void> {
  if (await signOut()) window.location.assign("/login");
  else toast.bad("Signing out failed. Check your connection, then try again.");
}
