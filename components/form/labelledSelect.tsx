import { useId } from "react";
import { Select } from "../ui/select.tsx";

type LabelledSelectProps<T extends string> = {
  label: string;
  help?: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
};

export function LabelledSelect<T extends string>({ label, help, options, value, onChange }: LabelledSelectProps<T>) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <Select
        id={id}
        options={options}
        value={value}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(options.find((one) => one.value === event.target.value)?.value ?? value)}
      />
      {help && (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
          {help}
        </p>
      )}
    </div>
  );
}
