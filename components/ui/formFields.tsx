"use client";

import { useId, type ComponentProps, type ReactNode } from "react";
import { useFormContext, type FieldValues } from "react-hook-form";
import { controlLook } from "./control.ts";
import { ErrorIcon } from "./icons.tsx";

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
  const id = useId();
  const { register, getFieldState, formState } = useFormContext<FieldValues>();
  const error = getFieldState(name, formState).error?.message;
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  const aria = { id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined };
  return { id, error, aria, register };
}

type LabelledProps = { id: string; label: ReactNode; help?: ReactNode; error: string | undefined; className?: string; children: ReactNode };

const Labelled = ({ id, label, help, error, className = "", children }: LabelledProps) => (
  <div className={className}>
    <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
      {label}
    </label>
    {children}
    <Below id={id} help={help} error={error} />
  </div>
);

const Below = ({ id, help, error }: { id: string; help?: ReactNode; error: string | undefined }) => (
  <>
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
  </>
);

const textOr = (empty: Common["empty"]) => (value: unknown) => (value === "" ? empty : value);
const numberOr = (empty: Common["empty"]) => (value: unknown) =>
  value === "" || value === null || value === undefined ? (empty === "" ? undefined : empty) : Number(value);
