/** The look that inputs, selects and text areas share. */
export const controlLook =
  "block h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-ink-muted aria-invalid:border-bad disabled:opacity-60 max-sm:h-11 max-sm:text-lg";
