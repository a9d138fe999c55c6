"use client";

import { ChevronsUpDownIcon } from "./icons.ts";
import { later } from "../ui/later.tsx";
import { Menu } from "../ui/menu.tsx";
import { Skeleton } from "../ui/states.tsx";
import type { ShellProps } from "./shell.tsx";

const SwitcherItems = later(
  () => import("./switcherItems.tsx").then((module) => module.SwitcherItems),
  <Skeleton className="h-24 w-full" />,
);

/** Which organization and environment one is in, and the others. */
export function Switcher(props: ShellProps) {
  const { organization, environment } = props;
  return (
    <Menu
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`${organization.name} ${environment.name}: switch environment`}
          className="flex w-full items-center gap-2 rounded-md border border-line px-2 py-1 text-left transition-colors hover:border-line-strong data-[state=open]:border-line-strong"
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate text-xs text-ink-muted">{organization.name}</span>
            <span className="block truncate text-sm font-medium">{environment.name}</span>
          </span>
          <ChevronsUpDownIcon className="size-4 shrink-0 text-ink-muted" aria-hidden="true" />
        </button>
      }
    >
      <SwitcherItems {...props} />
    </Menu>
  );
}
