"use client";

import type { ComponentProps, ReactNode } from "react";
import { controlLook } from "../ui/control.ts";
import { Below, Labelled, useLabel } from "../ui/labelled.tsx";
import { useFields } from "./form.tsx";

/* The fields of a <Form>: label above, help below, the error beside. `name` is the field's in the draft. */

type Common = {
  name: string;
  label: ReactNode;
  help?: ReactNode;
  /** What an emptied field means: its text "", nothing (undefined), or null. */
  empty?: "" | undefined | null;
};

type TextFieldProps = Common & Omit<ComponentProps<"input">, "name" | "id" | "value" | "onChange"> & { mono?: boolean };

export function TextField({ name, label, help, mono = false, className = "", empty = "", ...input }: TextFieldProps) {
  const field = useField(name, help);
  const valueOf = (text: string) => (text === "" ? empty : input.type === "number" ? Number(text) : text);
  return (
    <Labelled {...field} label={label} help={help} className={className}>
      <input
        {...input}
        {...field.aria}
        name={name}
        value={field.text}
        onChange={(event) => field.change(valueOf(event.target.value))}
        className={`${controlLook} ${mono ? "font-mono text-xs" : ""}`}
      />
    </Labelled>
  );
}

type SelectFieldProps = Common & { options: readonly { value: string; label: string }[]; className?: string; disabled?: boolean };

export function SelectField({ name, label, help, options, className = "", empty = "", disabled = false }: SelectFieldProps) {
  const field = useField(name, help);
  return (
    <Labelled {...field} label={label} help={help} className={className}>
      <select
        {...field.aria}
        name={name}
        disabled={disabled}
        value={field.text}
        onChange={(event) => field.change(event.target.value === "" ? empty : event.target.value)}
        className={controlLook}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

type CheckboxFieldProps = Omit<Common, "empty">;

export function CheckboxField({ name, label, help }: CheckboxFieldProps) {
  const field = useField(name, help);
  return (
    <div>
      <label className="flex items-start gap-2 text-sm font-medium">
        <input
          type="checkbox"
          {...field.aria}
          name={name}
          checked={field.value === true}
          onChange={(event) => field.change(event.target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        {label}
      </label>
      <Below id={field.id} help={help} error={field.error} />
    </div>
  );
}

function useField(name: string, help: ReactNode) {
  const { draft, change, faults } = useFields();
  const value = draft[name];
  const error = faults[name];
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return { ...useLabel(help, error), error, value, text, change: (next: unknown) => change(name, next) };
}
