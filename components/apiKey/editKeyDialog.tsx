"use client";

import { useState } from "react";
import { type ApiKeyOut, ApiKeyPatch } from "../../lib/contract/apiKey.ts";
import { Button } from "../ui/button.tsx";
import { Form, useApiForm } from "../ui/form.tsx";
import { TextField } from "../ui/formFields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { faultOfNetworks, NetworksField, networksOf } from "./networksField.tsx";
import { usePatchApiKey } from "./queries.ts";
import { RateLimitField } from "./rateLimitField.tsx";

export const EditKeyDialog = ({ apiKey, onClose }: { apiKey: ApiKeyOut | null; onClose: () => void }) => (
  <Dialog open={apiKey !== null} onOpenChange={onClose} title="Edit API key">
    {apiKey !== null && <EditForm apiKey={apiKey} close={onClose} />}
  </Dialog>
);

function EditForm({ apiKey: { id, name, requestsPerSecond, allowedNetworks }, close }: { apiKey: ApiKeyOut; close: () => void }) {
  const patch = usePatchApiKey(id);
  const [networks, setNetworks] = useState(allowedNetworks.join("\n"));
  const form = useApiForm({
    schema: ApiKeyPatch,
    defaultValues: { name, requestsPerSecond },
    submit: async (input) => {
      const saved = await patch.mutateAsync({ ...input, allowedNetworks: networksOf(networks) });
      toast.good(`${saved.name} is saved`);
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" />
      <RateLimitField />
      <NetworksField value={networks} error={faultOfNetworks(networks)} onChange={setNetworks} />
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
