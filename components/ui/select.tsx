import type { ComponentProps } from "react";
import { controlLook } from "./control.ts";

type SelectProps = Omit<ComponentProps<"select">, "children"> & { options: readonly { value: string; label: string }[] };

/** The browser's own select: it knows keyboards, phones and assistive technology best. Needs a label. */
export function Select({ options, className = "", ...rest }: SelectProps) {
  return (
    <select {...rest} className={`${controlLook} ${className}`}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
