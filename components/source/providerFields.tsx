import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import type { Faults } from "../form/faults.ts";
import { Field } from "../ui/field.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import type { SourceDraft } from "./sourceDraft.ts";

type ProviderFieldsProps = {
  provider: SourceProviderOut;
  draft: SourceDraft;
  set: (part: Partial<SourceDraft>) => void;
  faults: Faults;
  /** Secret settings that are there and not shown. */
  kept: readonly string[];
  withSecret: boolean;
};

/** What the provider's row of the table asks for. */
export function ProviderFields({ provider, draft, set, faults, kept, withSecret }: ProviderFieldsProps) {
  return provider.fields.map(({ name, label, help, options, required, default: preset }) => {
    if (name === "secret") {
      if (!withSecret) return null;
      return (
        <Field
          key={name}
          label={label}
          help={help}
          error={faults["secret"]}
          autoComplete="off"
          spellCheck={false}
          value={draft.secret}
          onChange={(event) => set({ secret: event.target.value })}
        />
      );
    }
    const value = draft.settings[name] ?? "";
    const change = (text: string) => set({ settings: { ...draft.settings, [name]: text } });
    const said = required || preset !== null ? label : `${label} (optional)`;
    if (options !== null)
      return (
        <LabelledSelect
          key={name}
          label={label}
          help={help}
          options={options.map((option) => ({ value: option, label: option }))}
          value={value === "" ? (preset ?? "") : value}
          onChange={change}
        />
      );
    return (
      <Field
        key={name}
        label={said}
        help={help}
        error={faults[name]}
        placeholder={kept.includes(name) ? "Kept as it is" : (preset ?? "")}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    );
  });
}
