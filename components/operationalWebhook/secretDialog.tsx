"use client";

import { useState } from "react";
import type { OperationalWebhookEndpointOut } from "../../lib/contract/operationalWebhook.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { revealOperationalSecret } from "./queries.ts";

type SecretDialogProps = { endpoint: OperationalWebhookEndpointOut | null; onClose: () => void };

/** Shows a secret. It lives in the dialog's content alone, and goes with that. */
export function SecretDialog({ endpoint, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open={endpoint !== null}
      onOpenChange={onClose}
      title="Signing secret"
      lead="Verify with it, as with every webhook, that what arrives comes from Webster. Revealing it is noted in the audit log."
    >
      {endpoint !== null && <Secret id={endpoint.id} close={onClose} />}
    </Dialog>
  );
}

function Secret({ id, close }: { id: string; close: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const reveal = async () => {
    setPending(true);
    setFault(null);
    try {
      setText(await revealOperationalSecret(id));
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setPending(false);
    }
  };
  return (
    <div className="space-y-3">
      {fault !== null && <Alert tone="bad" live title={fault} />}
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-2 pl-3">
        <code className="min-w-0 flex-1 font-mono text-xs break-all" data-testid="operational-secret">
          {text ?? "whsec_••••••••••••••••••••••••••••••••"}
        </code>
        {text === null ? (
          <Button variant="secondary" size="small" pending={pending} onClick={() => void reveal()}>
            Reveal secret
          </Button>
        ) : (
          <CopyButton text={text} label="secret" />
        )}
      </div>
      <DialogActions>
        <Button variant="secondary" once onClick={close}>
          Done
        </Button>
      </DialogActions>
    </div>
  );
}
