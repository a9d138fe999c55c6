"use client";

import { useRef, useState, type FormEvent } from "react";
import type { EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";
import { ApiError } from "../api.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { type Faults, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { AuthenticationFields } from "./authenticationFields.tsx";
import { draftOf, inputOf, type Kind, kinds, missingOf } from "./draft.ts";
import { useSetAuthentication } from "./queries.ts";

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
      <AuthenticationFields
        kind={kind}
        choices={kinds}
        onKind={(chosen) => {
          if (chosen !== "none") setKind(chosen);
          setFaults({});
        }}
        draft={draft}
        onDraft={(change) => setDraft((current) => ({ ...current, ...change }))}
        faults={faults}
      />
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
