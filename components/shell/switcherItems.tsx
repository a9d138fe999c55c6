"use client";

import { Fragment } from "react";
import { LaterItems, MenuLabel, MenuLink } from "../ui/menuItems.tsx";
import type { ShellProps } from "./shell.tsx";
import { CheckIcon } from "../ui/lineIcons.ts";

/** Environments of operational webhooks are reached from their settings, and listed only while one is in them. */
const isListed =
  (openId: string) =>
  ({ id, operationalOfId }: { id: string; operationalOfId: string | null }): boolean =>
    operationalOfId === null || id === openId;

/** The environments that one can go to. */
export function SwitcherItems({ session, environment }: ShellProps) {
  return (
    <LaterItems>
      {session.organizations.map(({ id, name, environments }) => (
        <Fragment key={id}>
          <MenuLabel>{name}</MenuLabel>
          {environments.filter(isListed(environment.id)).map((one) => (
            // A new document: nothing of one environment is carried into another.
            <MenuLink key={one.id} href={`/${id}/${one.id}`} document>
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              {one.id === environment.id && <CheckIcon className="size-4 text-accent" aria-label="open now" />}
            </MenuLink>
          ))}
        </Fragment>
      ))}
    </LaterItems>
  );
}
