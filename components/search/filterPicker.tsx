"use client";

import { later } from "../ui/later.tsx";
import { useRef } from "react";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { FilterButton, FilterFault } from "../ui/filterBar.tsx";
import { closePanelOf } from "../ui/panel.tsx";
import { Popover } from "../ui/popover.tsx";
import { Skeleton } from "../ui/states.tsx";

const FilterPanel = later(() => import("./filterPanel.tsx").then((module) => module.FilterPanel), <Skeleton className="h-52 w-full" />);

const Chosen = later(() => import("./chosen.tsx").then((module) => module.Chosen));

const hints: Partial<Record<SearchedKind, string>> = {
  application: "Name, uid or id",
  endpoint: "URL, description, uid or id",
  eventType: "A part of its name",
};

type FilterPickerProps = {
  label: string;
  kind: SearchedKind;
  /** Ids; of event types, names. */
  values: readonly string[];
  onChange: (values: string[]) => void;
  /** Several can be chosen, and names that nothing has yet. */
  many?: boolean;
  applicationId?: string;
  /** Why the API can't take what is chosen. */
  fault?: string | undefined;
};

/** A filter by a thing that has a name: asked for by name, shown by name. */
export function FilterPicker({ label, kind, values, onChange, many = false, applicationId, fault }: FilterPickerProps) {
  const inside = useRef<HTMLSpanElement>(null);
  return (
    <span className="max-w-full">
      <Popover
        label={`Choose ${label.toLowerCase()}`}
        trigger={
          <FilterButton isSet={values.length > 0} fault={fault}>
            {label}
            {values.length > 0 && <Chosen kind={kind} values={values} />}
          </FilterButton>
        }
      >
        <span ref={inside} className="block">
          <FilterPanel
            label={label}
            kind={kind}
            hint={hints[kind] ?? "A part of its name"}
            values={values}
            many={many}
            applicationId={applicationId}
            onChange={onChange}
            close={() => inside.current && closePanelOf(inside.current)}
          />
        </span>
      </Popover>
      <FilterFault>{fault}</FilterFault>
    </span>
  );
}
