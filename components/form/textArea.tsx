import { useId, type ComponentProps } from "react";
import { ErrorIcon } from "../ui/icons.tsx";

type TextAreaProps = Omit<ComponentProps<"textarea">, "id"> & { label: string; help?: string; error?: string | undefined };

/** A labelled text of several lines, in monospace: JSON and the like. */
export function TextArea({ label, help, error, className = "", ...area }: TextAreaProps) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <textarea
        rows={8}
        spellCheck={false}
        {...area}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="block w-full resize-y rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-xs leading-5 text-ink placeholder:text-ink-muted aria-invalid:border-bad max-sm:text-lg"
      />
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm wrap-anywhere text-bad">
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
