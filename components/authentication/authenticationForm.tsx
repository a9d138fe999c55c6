"use client";

import type { EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { AuthenticationFields } from "./authenticationFields.tsx";
import { type Draft, draftOf, inputOf, type Kind, kinds, missingOf } from "./draft.ts";
import { authenticationQuery, useSetAuthentication } from "./queries.ts";

type AuthenticationFormProps = { endpoint: EndpointKey; shown: EndpointAuthenticationOut; onDone: () => void };

const typedOf = (shown: EndpointAuthenticationOut): { kind: Kind; fields: Draft } => ({
  kind: shown.kind === "none" ? "basic" : shown.kind,
  fields: draftOf(shown),
});

export function AuthenticationForm({ endpoint, shown, onDone }: AuthenticationFormProps) {
  const set = useSetAuthentication(endpoint);
  const ask = useAskAnew();
  const form = useApiForm({
    initial: typedOf(shown),
    fresh: async () => typedOf(await ask(authenticationQuery(endpoint))),
    title: "The authentication was not saved",
    check: ({ kind, fields }) => missingOf(kind, fields),
    save: async ({ kind, fields }) => {
      await set.mutateAsync(inputOf(kind, fields));
      toast.good("Authentication saved");
      onDone();
    },
  });
  const { kind, fields } = form.draft;
  return (
    <Form form={form} className="space-y-4">
      <AuthenticationFields
        kind={kind}
        choices={kinds}
        onKind={(chosen) => chosen !== "none" && form.set({ kind: chosen })}
        draft={fields}
        onDraft={(change) => form.set({ fields: { ...fields, ...change } })}
        faults={form.faults}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" pending={form.isSubmitting}>
          Save authentication
        </Button>
        <Button variant="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </Form>
  );
}
