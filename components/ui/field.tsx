import type { ComponentProps } from "react";
import { Labelled, useLabel } from "./labelled.tsx";

type FieldProps = Omit<ComponentProps<"input">, "id"> & {
  label: string;
  help?: string;
  error?: string | undefined;
};

/** A labelled text input. */
export function Field({ label, help, error, className = "", ...input }: FieldProps) {
  const { id, aria } = useLabel(help, error);
  return (
    <Labelled id={id} label={label} help={help} error={error} className={className}>
      <input
        {...input}
        {...aria}
        className="block h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-ink-muted aria-invalid:border-bad max-sm:h-11 max-sm:text-lg"
      />
    </Labelled>
  );
}
