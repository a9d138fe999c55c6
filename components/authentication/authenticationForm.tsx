"use client";

import { useId, useRef, useState, type FormEvent } from "react";
import type { EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";
import { ApiError } from "../api.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { type Faults, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { TextArea } from "../form/textArea.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { toast } from "../ui/toast.tsx";
import { draftOf, type FieldName, fields, inputOf, type Kind, missingOf } from "./draft.ts";
import { useSetAuthentication } from "./queries.ts";

const kinds: { value: Kind; label: string }[] = [
  { value: "basic", label: "Basic" },
  { value: "bearer", label: "Bearer token" },
  { value: "header", label: "API key in a header" },
  { value: "oauth2", label: "OAuth2 client credentials" },
  { value: "mtls", label: "Client certificate (mTLS)" },
];

const ways = [
  { value: "client_secret_basic", label: "In the Authorization header" },
  { value: "client_secret_post", label: "In the form" },
] as const;

type AuthenticationFormProps = { endpoint: EndpointKey; shown: EndpointAuthenticationOut; onDone: () => void };

export function AuthenticationForm({ endpoint, shown, onDone }: AuthenticationFormProps) {
  const [kind, setKind] = useState<Kind>(shown.kind === "none" ? "basic" : shown.kind);
  const [draft, setDraft] = useState(() => draftOf(shown));
  const [faults, setFaults] = useState<Faults>({});
  const set = useSetAuthentication(endpoint);
  const form = useRef<HTMLFormElement>(null);

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (set.isPending) return;
    const missing = missingOf(kind, draft);
    if (hasFaults(missing)) return fail(missing);
    setFaults({});
    try {
      await set.mutateAsync(inputOf(kind, draft));
      toast.good("Authentication saved");
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="space-y-4">
      <FaultSummary title="The authentication was not saved" faults={faults} />
      <Choice
        label="Kind"
        options={kinds}
        value={kind}
        onChange={(value) => {
          setKind(kinds.find((one) => one.value === value)?.value ?? "basic");
          setFaults({});
        }}
      />
      {Object.entries(fields[kind]).map(([name, { label, secret, lines, placeholder, help }]) => {
        const common = {
          label,
          ...(placeholder === undefined ? {} : { placeholder }),
          ...(help === undefined ? {} : { help }),
          value: draft[name as FieldName],
          error: faults[name],
          autoComplete: "off",
          spellCheck: false,
          onChange: (event: { target: { value: string } }) => setDraft((current) => ({ ...current, [name]: event.target.value })),
        };
        return lines ? (
          <TextArea key={name} rows={5} {...common} />
        ) : (
          <Field key={name} {...common} {...(secret ? { type: "password", autoComplete: "new-password" } : {})} />
        );
      })}
      {kind === "oauth2" && (
        <Choice
          label="Send the client secret"
          options={ways}
          value={draft.clientAuthentication}
          onChange={(value) =>
            setDraft((current) => ({ ...current, clientAuthentication: ways.find((way) => way.value === value)?.value ?? ways[0].value }))
          }
        />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" pending={set.isPending}>
          Save authentication
        </Button>
        <Button variant="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

type ChoiceProps = {
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
};

function Choice({ label, options, value, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <Select id={id} options={options} value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
