import type { ComponentProps } from "react";
import { Labelled, useLabel } from "../ui/labelled.tsx";

type TextAreaProps = Omit<ComponentProps<"textarea">, "id"> & { label: string; help?: string; error?: string | undefined };

/** A labelled text of several lines, in monospace: JSON and the like. */
export function TextArea({ label, help, error, className = "", ...area }: TextAreaProps) {
  const { id, aria } = useLabel(help, error);
  return (
    <Labelled id={id} label={label} help={help} error={error} className={className}>
      <textarea
        rows={8}
        spellCheck={false}
        {...area}
        {...aria}
        className="block w-full resize-y rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-xs leading-5 text-ink placeholder:text-ink-muted aria-invalid:border-bad max-sm:text-lg"
      />
    </Labelled>
  );
}
