"use client";

import { ChevronDownIcon } from "../ui/lineIcons.ts";
import { apiUrl } from "../api.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { MenuItem, MenuLabel } from "../ui/menuItems.tsx";
import { type Filters, writeFilters } from "./filters.ts";

const formats = { csv: "CSV", ndjson: "NDJSON" };

/** Downloads what the filters find. */
export function ExportMenu({ filters }: { filters: Filters }) {
  const download = (format: string) =>
    window.location.assign(apiUrl("/delivery/export", { ...Object.fromEntries(writeFilters(filters)), format }));
  return (
    <Menu
      trigger={
        <Button variant="secondary" size="small">
          Export
          <ChevronDownIcon className="size-3.5" aria-hidden="true" />
        </Button>
      }
    >
      <MenuLabel>The newest 100,000 that the filters find</MenuLabel>
      {Object.entries(formats).map(([format, name]) => (
        <MenuItem key={format} onSelect={() => download(format)}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}
