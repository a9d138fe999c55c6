"use client";

import { capabilities, type Capability } from "../../lib/words/capability.ts";

const words: Record<Capability, { label: string; help: string }> = {
  ViewBase: { label: "Look at everything but secrets", help: "Always." },
  ViewEndpointSecret: { label: "Reveal signing secrets", help: "Each time is noted in the audit log." },
  ManageEndpointSecret: { label: "Rotate signing secrets", help: "And reveal them." },
  ManageTransformations: { label: "Change transformations", help: "Code that changes what is sent to them." },
  CreateAttempts: { label: "Resend and replay", help: "What failed, or was never sent." },
  ManageEndpoint: { label: "Create, change and delete endpoints", help: "With their secrets." },
};

export const everything: readonly Capability[] = capabilities;

type PortalCapabilitiesProps = { value: readonly Capability[]; onChange: (value: readonly Capability[]) => void };

/** What the people behind a portal link may do. */
export const PortalCapabilities = ({ value, onChange }: PortalCapabilitiesProps) => (
  <fieldset>
    <legend className="mb-1.5 text-sm font-medium">They may</legend>
    <div className="space-y-1.5">
      {capabilities.map((capability) => (
        <label key={capability} className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4 accent-accent"
            checked={value.includes(capability)}
            disabled={capability === "ViewBase"}
            onChange={({ target }) => onChange(capabilities.filter((one) => (one === capability ? target.checked : value.includes(one))))}
          />
          <span>
            {words[capability].label} <span className="text-ink-muted">{words[capability].help}</span>
          </span>
        </label>
      ))}
    </div>
  </fieldset>
);
