import { useId, type ComponentProps } from "react";
import { ErrorIcon } from "./icons.tsx";

type FieldProps = Omit<ComponentProps<"input">, "id"> & {
  label: string;
  help?: string;
  error?: string | undefined;
};

/** A labelled text input: label above, help below, and the error, said beside it and to assistive technology. */
export function Field({ label, help, error, className = "", ...input }: FieldProps) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="block h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-ink-muted aria-invalid:border-bad max-sm:h-11 max-sm:text-lg"
      />
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad">
          <ErrorIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
          {help}
        </p>
      )}
    </div>
  );
}
