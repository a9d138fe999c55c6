import { useId } from "react";
import { defaultHeaders } from "../../lib/words/signatureHeaders.ts";
import type { Faults } from "../form/faults.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import type { SignatureDraft } from "./endpointDraft.ts";

const styles = [
  { value: "standard", label: "Standard Webhooks" },
  { value: "svix", label: "Svix’s header names only" },
  { value: "stripe", label: "Stripe style" },
  { value: "github", label: "GitHub style" },
] as const;

const help: Record<SignatureDraft["style"], string> = {
  standard: "What new receivers should use: libraries in many languages verify it.",
  svix: "The same signature under svix-id, svix-timestamp and svix-signature alone.",
  stripe: "For receivers made for Stripe’s libraries: t=…,v1=… over time and body. Old secrets that still sign add a v1 each.",
  github: "For receivers made for GitHub’s webhooks: sha256=… over the body. The header holds one signature: the newest secret’s.",
};

type NameField = "signatureHeader" | "eventHeader" | "deliveryHeader";
const labels: Record<NameField, string> = {
  signatureHeader: "Signature header",
  eventHeader: "Event type header",
  deliveryHeader: "Message id header",
};

type SignatureFieldsProps = {
  value: SignatureDraft;
  onChange: (value: SignatureDraft) => void;
  /** The secret of a new endpoint; null: the endpoint exists, and its secret is rotated elsewhere. */
  secret: { value: string; onChange: (value: string) => void } | null;
  faults: Faults;
};

/** How messages are signed: for people who bring a receiver that was made for another sender. */
export function SignatureFields({ value, onChange, secret, faults }: SignatureFieldsProps) {
  const id = useId();
  const names = namesOf(value.style);
  return (
    <div className="space-y-3">
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          Signature style
        </label>
        <Select
          id={id}
          options={styles}
          value={value.style}
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            const style = styles.find((one) => one.value === event.target.value)?.value ?? "standard";
            onChange({ style, signatureHeader: "", eventHeader: "", deliveryHeader: "" });
          }}
        />
        <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
          {help[value.style]}
        </p>
        {faults["signature"] && <p className="mt-1.5 text-sm text-bad">{faults["signature"]}</p>}
      </div>
      {names.length > 0 && (
        <div className="grid gap-3 sm:grid-cols-3">
          {names.map(([field, placeholder]) => (
            <Field
              key={field}
              label={labels[field]}
              placeholder={placeholder}
              value={value[field]}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => onChange({ ...value, [field]: event.target.value })}
            />
          ))}
        </div>
      )}
      {secret !== null && (
        <Field
          label="Secret"
          placeholder="Made for you"
          help={
            names.length > 0
              ? "Leave it empty, or bring the one that your receiver has: 16 to 200 characters."
              : "Leave it empty, or bring your own: whsec_ and 24 to 75 bytes in base64."
          }
          error={faults["secret"]}
          value={secret.value}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => secret.onChange(event.target.value)}
        />
      )}
    </div>
  );
}

function namesOf(style: SignatureDraft["style"]): [NameField, string][] {
  switch (style) {
    case "standard":
    case "svix":
      return [];
    case "stripe":
      return [["signatureHeader", defaultHeaders.stripe.signatureHeader]];
    case "github":
      return [
        ["signatureHeader", defaultHeaders.github.signatureHeader],
        ["eventHeader", defaultHeaders.github.eventHeader],
        ["deliveryHeader", defaultHeaders.github.deliveryHeader],
      ];
  }
}
