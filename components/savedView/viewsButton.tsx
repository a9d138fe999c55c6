"use client";

import { later } from "../ui/later.tsx";
import { useState } from "react";
import { type Filters, bodyOf, isFiltered } from "../delivery/filters.ts";
import { Button } from "../ui/button.tsx";

const ViewsDialog = later(() => import("./viewsDialog.tsx").then((module) => module.ViewsDialog));

export function ViewsButton({ filters }: { filters: Filters }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" size="small" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Views
      </Button>
      {open && <ViewsDialog filter={isFiltered(filters) ? bodyOf(filters) : null} onClose={() => setOpen(false)} />}
    </>
  );
}
