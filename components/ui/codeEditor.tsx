"use client";

import { later } from "./later.tsx";
import { type ComponentProps, useId } from "react";
import { ErrorIcon } from "./icons.tsx";
import { Skeleton } from "./states.tsx";

// CodeMirror is as large as the rest of a page: only pages that show an editor load it, and after they are drawn.
const CodeMirror = later(() => import("./codeMirror.tsx").then((module) => module.default), <Skeleton className="h-64 w-full" />);

type CodeEditorProps = Pick<ComponentProps<typeof CodeMirror>, "value" | "onChange"> & {
  label: string;
  help?: string;
  error?: string | undefined;
};

/** A labelled editor for JavaScript. Tab moves on, as everywhere; the editor's own keys are CodeMirror's. */
export function CodeEditor({ label, help, error, ...editor }: CodeEditorProps) {
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div data-invalid={error === undefined ? undefined : ""}>
      <p id={`${id}-label`} className="mb-1.5 text-sm font-medium">
        {label}
      </p>
      <div className={`overflow-hidden rounded-md border bg-surface ${error ? "border-bad" : "border-line-strong"}`}>
        <CodeMirror {...editor} labelledBy={`${id}-label`} describedBy={describedBy} />
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 flex items-start gap-1.5 text-sm wrap-anywhere text-bad">
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
