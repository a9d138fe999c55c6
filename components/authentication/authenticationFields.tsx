"use client";

import type { Faults } from "../form/faults.ts";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { TextArea } from "../form/textArea.tsx";
import { Field } from "../ui/field.tsx";
import { type Draft, type FieldName, fields, type KindOrNone } from "./draft.ts";

const ways = [
  { value: "client_secret_basic", label: "In the Authorization header" },
  { value: "client_secret_post", label: "In the form" },
] as const;

type FieldsProps = {
  kind: KindOrNone;
  /** What there is to choose from. */
  choices: readonly { value: KindOrNone; label: string }[];
  onKind: (kind: KindOrNone) => void;
  draft: Draft;
  onDraft: (change: Partial<Draft>) => void;
  faults: Faults;
};

/** The kind, and the fields that it wants. */
export function AuthenticationFields({ kind, choices, onKind, draft, onDraft, faults }: FieldsProps) {
  return (
    <>
      <LabelledSelect label="Kind" options={choices} value={kind} onChange={onKind} />
      {kind !== "none" &&
        Object.entries(fields[kind]).map(([name, { label, secret, lines, placeholder, help }]) => {
          const common = {
            label,
            ...(placeholder === undefined ? {} : { placeholder }),
            ...(help === undefined ? {} : { help }),
            value: draft[name as FieldName],
            error: faults[name],
            autoComplete: "off",
            spellCheck: false,
            onChange: (event: { target: { value: string } }) => onDraft({ [name]: event.target.value }),
          };
          return lines ? (
            <TextArea key={name} rows={5} {...common} />
          ) : (
            <Field key={name} {...common} {...(secret ? { type: "password", autoComplete: "new-password" } : {})} />
          );
        })}
      {kind === "oauth2" && (
        <LabelledSelect
          label="Send the client secret"
          options={ways}
          value={draft.clientAuthentication}
          onChange={(clientAuthentication) => onDraft({ clientAuthentication })}
        />
      )}
    </>
  );
}
