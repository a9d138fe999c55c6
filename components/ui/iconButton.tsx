import type { ComponentProps } from "react";

/** A button that is an icon alone; `label` is its name. */
export function IconButton({ label, className = "", type = "button", ...rest }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-ink-muted transition-colors hover:bg-sunken hover:text-ink disabled:opacity-50 data-[state=open]:bg-sunken data-[state=open]:text-ink max-sm:size-11 ${className}`}
    />
  );
}
