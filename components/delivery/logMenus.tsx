"use client";

import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { ViewsButton } from "../savedView/viewsButton.tsx";
import { ColumnsMenu } from "../ui/columnsMenu.tsx";
import type { Column } from "../ui/table.tsx";
import { ExportMenu } from "./exportMenu.tsx";
import type { Filters } from "./filters.ts";

type LogMenusProps = {
  columns: readonly Column<DeliveryOut>[];
  filters: Filters;
  exports: boolean;
  views: boolean;
};

/** What the log offers beside its filters. */
export const LogMenus = ({ columns, filters, exports, views }: LogMenusProps) => (
  <>
    <ColumnsMenu list="deliveries" columns={columns} />
    {views && <ViewsButton filters={filters} />}
    {exports && <ExportMenu filters={filters} />}
  </>
);
