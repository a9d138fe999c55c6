import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import type { Faults } from "../form/faults.ts";
import { Field } from "../ui/field.tsx";
import { Fold } from "../ui/fold.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { formToGenerate } from "./generatedSecret.ts";
import { GenerateSecret } from "./generateSecret.tsx";
import type { SourceDraft } from "./sourceDraft.ts";

type ProviderFieldOut = SourceProviderOut["fields"][number];

type ProviderFieldsProps = {
  provider: SourceProviderOut;
  draft: SourceDraft;
  set: (part: Partial<SourceDraft>) => void;
  faults: Faults;
  /** Secret settings that are there and not shown. */
  kept: readonly string[];
  withSecret: boolean;
};

/** What the provider's row of the table asks for; groups of fields that few need are folded. */
export function ProviderFields(props: ProviderFieldsProps) {
  const { provider, draft, faults } = props;
  const plain = provider.fields.filter(({ group }) => group === null);
  const groups = [...new Set(provider.fields.flatMap(({ group }) => group ?? []))];
  return (
    <>
      {plain.map((field) => (
        <ProviderField key={field.name} field={field} {...props} />
      ))}
      {groups.map((title) => {
        const fields = provider.fields.filter(({ group }) => group === title);
        return (
          <Fold key={title} title={title} open={fields.some((field) => isSet(field, draft) || faults[field.name] !== undefined)}>
            {fields.map((field) => (
              <ProviderField key={field.name} field={field} {...props} />
            ))}
          </Fold>
        );
      })}
    </>
  );
}

const isSet = ({ name, default: preset }: ProviderFieldOut, { settings }: SourceDraft): boolean =>
  Boolean(settings[name]) && settings[name] !== preset;

function ProviderField({ provider, field, draft, set, faults, kept, withSecret }: ProviderFieldsProps & { field: ProviderFieldOut }) {
  const { name, label, help, options, required, default: preset } = field;
  const chosenAs = formToGenerate(field, provider, draft.settings);
  if (name === "secret") {
    if (!withSecret) return null;
    const changeSecret = (secret: string) => set({ secret });
    return (
      <div>
        <Field
          label={required ? label : `${label} (optional)`}
          help={help}
          error={faults["secret"]}
          autoComplete="off"
          spellCheck={false}
          value={draft.secret}
          onChange={(event) => changeSecret(event.target.value)}
        />
        {chosenAs !== null && <GenerateSecret form={chosenAs} label={label} value={draft.secret} onChange={changeSecret} />}
      </div>
    );
  }
  const value = draft.settings[name] ?? "";
  const change = (text: string) => set({ settings: { ...draft.settings, [name]: text } });
  if (options !== null)
    return (
      <LabelledSelect
        label={label}
        help={help}
        options={options.map((option) => ({ value: option, label: option }))}
        value={value === "" ? (preset ?? "") : value}
        onChange={change}
      />
    );
  return (
    <div>
      <Field
        label={required || preset !== null ? label : `${label} (optional)`}
        help={help}
        error={faults[name]}
        placeholder={kept.includes(name) ? "Kept as it is" : (preset ?? "")}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      {chosenAs !== null && <GenerateSecret form={chosenAs} label={label} value={value} onChange={change} />}
    </div>
  );
}
