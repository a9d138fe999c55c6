"use client";

import type { ReactNode } from "react";
import { LaterItems, MenuCheck, MenuChoice } from "./menuItems.tsx";

/* What the filters of filterBar.tsx open. */

type FilterChecksProps = {
  options: readonly { value: string; label: ReactNode }[];
  values: readonly string[];
  onChange: (values: string[]) => void;
};

/** Several of a list. */
export const FilterChecks = ({ options, values, onChange }: FilterChecksProps) => (
  <LaterItems>
    {options.map(({ value, label }) => (
      <MenuCheck
        key={value}
        checked={values.includes(value)}
        onChange={(checked) => onChange(checked ? [...values, value] : values.filter((one) => one !== value))}
      >
        {label}
      </MenuCheck>
    ))}
  </LaterItems>
);

type FilterChoicesProps = {
  /** What is shown while none is chosen. */
  none: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
};

/** One of a list, or none. */
export const FilterChoices = ({ none, options, value, onChange }: FilterChoicesProps) => (
  <LaterItems>
    {[{ value: "", label: none }, ...options].map((option) => (
      <MenuChoice key={option.value} chosen={option.value === value} onChoose={() => onChange(option.value)}>
        {option.label}
      </MenuChoice>
    ))}
  </LaterItems>
);
