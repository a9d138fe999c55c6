import { useId, type ReactNode } from "react";
import { ErrorIcon } from "./icons.tsx";

/** Ids that tie a control to its label, help and error. */
export function useLabel(help: ReactNode, error: string | undefined) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return { id, aria: { id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined } };
}

type LabelledProps = { id: string; label: ReactNode; help?: ReactNode; error: string | undefined; className?: string; children: ReactNode };

/** Label above, help below, and the error, said beside the control and to assistive technology. */
export const Labelled = ({ id, label, help, error, className = "", children }: LabelledProps) => (
  <div className={className}>
    <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
      {label}
    </label>
    {children}
    <Below id={id} help={help} error={error} />
  </div>
);

export const Below = ({ id, help, error }: Pick<LabelledProps, "id" | "help" | "error">) => (
  <>
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
  </>
);
