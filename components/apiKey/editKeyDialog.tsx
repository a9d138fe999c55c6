"use client";

import type { ApiKeyOut } from "../../lib/contract/apiKey.ts";
import { Button } from "../ui/button.tsx";
import { changesOf } from "../form/changes.ts";
import { faultsOf } from "../form/faults.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { wordsOf } from "../form/words.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { faultsOfNetworks, fieldOfKey, NetworksField } from "./networksField.tsx";
import { apiKeysQuery, usePatchApiKey } from "./queries.ts";
import { RateLimitField } from "./rateLimitField.tsx";

export const EditKeyDialog = ({ apiKey, onClose }: { apiKey: ApiKeyOut | null; onClose: () => void }) => (
  <Dialog open={apiKey !== null} onOpenChange={onClose} title="Edit API key">
    {apiKey !== null && <EditForm apiKey={apiKey} close={onClose} />}
  </Dialog>
);

type KeyDraft = Pick<ApiKeyOut, "name" | "requestsPerSecond"> & { networks: string };

const patchOf = ({ networks, ...given }: KeyDraft) => ({ ...given, allowedNetworks: wordsOf(networks) });

const draftOf = ({ name, requestsPerSecond, allowedNetworks }: ApiKeyOut): KeyDraft => ({
  name,
  requestsPerSecond,
  networks: allowedNetworks.join("\n"),
});

function EditForm({ apiKey, close }: { apiKey: ApiKeyOut; close: () => void }) {
  const patch = usePatchApiKey(apiKey.id);
  const ask = useAskAnew();
  const form = useApiForm({
    initial: draftOf(apiKey),
    fresh: async () => draftOf((await ask(apiKeysQuery(null))).data.find(({ id }) => id === apiKey.id) ?? apiKey),
    fieldOf: fieldOfKey,
    check: async ({ networks, ...given }) => ({
      ...(await faultsOf(async () => (await import("../../lib/contract/apiKey.ts")).ApiKeyPatch, given)),
      ...faultsOfNetworks(networks),
    }),
    save: async (draft, kept) => {
      const saved = await patch.mutateAsync(changesOf(patchOf(kept), patchOf(draft)));
      toast.good(`${saved.name} is saved`);
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" />
      <RateLimitField />
      <NetworksField value={form.draft.networks} error={form.faults["networks"]} onChange={(networks) => form.set({ networks })} />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Save API key
        </Button>
      </DialogActions>
    </Form>
  );
}
