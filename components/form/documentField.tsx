"use client";

import { useId, type ChangeEvent } from "react";
import { TextArea } from "./textArea.tsx";

type DocumentFieldProps = {
  label: string;
  /** File types for the file picker: ".json,.yaml". */
  accept: string;
  help: string;
  value: string;
  onChange: (text: string) => void;
  error?: string | undefined;
};

/** A document that is pasted, or read from a file. */
export function DocumentField({ label, accept, help, value, onChange, error }: DocumentFieldProps) {
  const id = useId();
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file !== undefined) onChange(await file.text());
  };
  return (
    <div className="space-y-3">
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          File
        </label>
        <input
          id={id}
          type="file"
          accept={accept}
          onChange={(event) => void read(event)}
          className="block w-full text-sm file:mr-3 file:h-8 file:rounded-md file:border file:border-line-strong file:bg-surface file:px-3 file:text-ink"
        />
      </div>
      <TextArea label={label} help={help} rows={10} value={value} onChange={(event) => onChange(event.target.value)} error={error} />
    </div>
  );
}
