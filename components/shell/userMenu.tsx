"use client";

import { UserRoundIcon } from "./icons.ts";
import { later } from "../ui/later.tsx";
import { Menu } from "../ui/menu.tsx";
import { Skeleton } from "../ui/states.tsx";
import type { ShellProps } from "./shell.tsx";

const UserMenuItems = later(
  () => import("./userMenuItems.tsx").then((module) => module.UserMenuItems),
  <Skeleton className="h-64 w-full" />,
);

export function UserMenu(props: ShellProps & { onHelp: () => void }) {
  const { name, email } = props.session.user;
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
          <UserRoundIcon className="size-4 text-ink-muted" aria-hidden="true" />
          <span className="truncate">{name ?? email}</span>
        </button>
      }
    >
      <UserMenuItems {...props} />
    </Menu>
  );
}
