"use client";

import type { ComponentProps, ReactNode } from "react";
import { useFormContext, type FieldValues } from "react-hook-form";
import { controlLook } from "./control.ts";
import { Below, Labelled, useLabel } from "./labelled.tsx";

/* The fields of a <Form>: label above, help below, the error beside. `name` is the field's path in the schema. */

type Common = {
  name: string;
  label: ReactNode;
  help?: ReactNode;
  /** What an emptied field means: its text "", nothing (undefined), or null. */
  empty?: "" | undefined | null;
};

type TextFieldProps = Common & Omit<ComponentProps<"input">, "name" | "id"> & { mono?: boolean };

export function TextField({ name, label, help, mono = false, className = "", empty = "", ...input }: TextFieldProps) {
  const field = useField(name, help);
  const options = input.type === "number" ? { setValueAs: numberOr(empty) } : { setValueAs: textOr(empty) };
  return (
    <Labelled {...field} label={label} help={help} className={className}>
      <input
        {...input}
        {...field.aria}
        {...field.register(name, options)}
        className={`${controlLook} ${mono ? "font-mono text-xs" : ""}`}
      />
    </Labelled>
  );
}

type SelectFieldProps = Common & { options: readonly { value: string; label: string }[]; className?: string };

export function SelectField({ name, label, help, options, className = "", empty = "" }: SelectFieldProps) {
  const field = useField(name, help);
  return (
    <Labelled {...field} label={label} help={help} className={className}>
      <select {...field.aria} {...field.register(name, { setValueAs: textOr(empty) })} className={controlLook}>
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
        <input type="checkbox" {...field.aria} {...field.register(name)} className="mt-0.5 size-4 accent-accent" />
        {label}
      </label>
      <Below id={field.id} help={help} error={field.error} />
    </div>
  );
}

function useField(name: string, help: ReactNode) {
  const { register, getFieldState, formState } = useFormContext<FieldValues>();
  const error = getFieldState(name, formState).error?.message;
  return { ...useLabel(help, error), error, register };
}

const textOr = (empty: Common["empty"]) => (value: unknown) => (value === "" ? empty : value);
const numberOr = (empty: Common["empty"]) => (value: unknown) =>
  value === "" || value === null || value === undefined ? (empty === "" ? undefined : empty) : Number(value);
