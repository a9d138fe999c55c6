"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import { Fragment } from "react";
import { Menu, MenuLabel, MenuLink } from "../ui/menu.tsx";
import type { ShellProps } from "./shell.tsx";

/** Environments of operational webhooks are reached from their settings, and listed only while one is in them. */
const isListed =
  (openId: string) =>
  ({ id, operationalOfId }: { id: string; operationalOfId: string | null }): boolean =>
    operationalOfId === null || id === openId;

/** Which organization and environment one is in, and the others. */
export function Switcher({ session, organization, environment }: ShellProps) {
  return (
    <Menu
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`${organization.name}, ${environment.name}: switch environment`}
          className="flex w-full items-center gap-2 rounded-md border border-line px-2 py-1 text-left transition-colors hover:border-line-strong data-[state=open]:border-line-strong"
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate text-xs text-ink-muted">{organization.name}</span>
            <span className="block truncate text-sm font-medium">{environment.name}</span>
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-ink-muted" aria-hidden="true" />
        </button>
      }
    >
      {session.organizations.map(({ id, name, environments }) => (
        <Fragment key={id}>
          <MenuLabel>{name}</MenuLabel>
          {environments.filter(isListed(environment.id)).map((one) => (
            // A new document: nothing of one environment is carried into another.
            <MenuLink key={one.id} href={`/${id}/${one.id}`} document>
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              {one.id === environment.id && <Check className="size-4 text-accent" aria-label="open now" />}
            </MenuLink>
          ))}
        </Fragment>
      ))}
    </Menu>
  );
}
