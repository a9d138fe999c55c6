import { useId, useState } from "react";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import type { Faults } from "../form/faults.ts";
import type { SourceDraft } from "./sourceDraft.ts";

type SourceRoutingProps = { draft: SourceDraft; set: (part: Partial<SourceDraft>) => void; faults: Faults };

/** Whose endpoints get what is accepted. */
export function SourceRouting({ draft, set, faults }: SourceRoutingProps) {
  const group = useId();
  const [isShared, setShared] = useState(draft.applicationId !== "");
  const choose = (shared: boolean) => {
    setShared(shared);
    if (!shared) set({ applicationId: "" });
  };
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1.5 text-sm font-medium">Endpoints that get what is accepted</legend>
      <Choice group={group} checked={!isShared} onChange={() => choose(false)} label="The source’s own">
        Made with the source; you add its endpoints next.
      </Choice>
      <Choice group={group} checked={isShared} onChange={() => choose(true)} label="Those of an application">
        Its endpoints choose by event type, as with every message.
      </Choice>
      {isShared && (
        <div className="pl-6">
          <ApplicationPicker
            value={draft.applicationId}
            onChange={(applicationId) => set({ applicationId })}
            error={faults["applicationId"]}
          />
        </div>
      )}
    </fieldset>
  );
}

type ChoiceProps = { group: string; checked: boolean; onChange: () => void; label: string; children: string };

function Choice({ group, checked, onChange, label, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2 text-sm">
      <input
        id={id}
        type="radio"
        name={group}
        checked={checked}
        onChange={onChange}
        aria-describedby={`${id}-help`}
        className="mt-0.5 size-4 accent-accent"
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-help`} className="text-ink-muted">
          {children}
        </p>
      </div>
    </div>
  );
}
