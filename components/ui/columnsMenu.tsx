"use client";

import { ChevronDownIcon } from "./lineIcons.ts";
import { later } from "./later.tsx";
import { Button } from "./button.tsx";
import { Menu } from "./menu.tsx";
import { Skeleton } from "./states.tsx";
import type { ChoosableColumn } from "./columnsMenuItems.tsx";

const ColumnsMenuItems = later(
  () => import("./columnsMenuItems.tsx").then((module) => module.ColumnsMenuItems),
  <Skeleton className="h-48 w-full" />,
);

type ColumnsMenuProps = { /** As the table's. */ list: string; columns: readonly ChoosableColumn[] };

/** Which columns a list has, and how close its rows stand. Cards have neither. */
export const ColumnsMenu = (props: ColumnsMenuProps) => (
  <span className="max-sm:hidden">
    <Menu
      trigger={
        <Button variant="secondary" size="small">
          Columns
          <ChevronDownIcon className="size-3.5" aria-hidden="true" />
        </Button>
      }
    >
      <ColumnsMenuItems {...props} />
    </Menu>
  </span>
);
