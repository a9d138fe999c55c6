"use client";

import { useState } from "react";
import { useCreateApiKey } from "../apiKey/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";

/** An API key that reads this one application, for whoever polls. */
export function PollingKey({ applicationId, name }: { applicationId: string; name: string }) {
  const create = useCreateApiKey();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    create.reset();
  };
  return (
    <>
      <Button variant="secondary" size="small" onClick={() => setOpen(true)}>
        Create polling key
      </Button>
      <Dialog open={open} onOpenChange={close} title={create.data === undefined ? "Create polling key" : "Copy the key now"}>
        {create.data === undefined ? (
          <>
            {create.error && <Alert tone="bad" live title={create.error.message} />}
            <p className="text-sm">
              An API key that polls in this one application, says what it has taken, and does nothing else. It stands among the API keys.
            </p>
            <DialogActions>
              <Button variant="secondary" onClick={close}>
                Cancel
              </Button>
              <Button
                pending={create.isPending}
                onClick={() =>
                  create.mutate({ name: `Polling: ${name}`.slice(0, 100), permission: "write", scopes: ["poller:Write"], applicationId })
                }
              >
                Create polling key
              </Button>
            </DialogActions>
          </>
        ) : (
          <>
            <p className="mb-3 text-sm text-ink-muted">This is the only time that it is shown. Keep it where secrets belong.</p>
            <SecretText text={create.data.key} label="polling key" />
            <DialogActions>
              <Button once onClick={close}>
                Done
              </Button>
            </DialogActions>
          </>
        )}
      </Dialog>
    </>
  );
}
