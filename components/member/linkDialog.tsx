"use client";

import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";

type LinkDialogProps = { title: string; link: { url: string; mailed: boolean } | null; onClose: () => void; children: ReactNode };

/** A link that is shown this once. */
export function LinkDialog({ title, link, onClose, children }: LinkDialogProps) {
  return (
    <Dialog open={link !== null} onOpenChange={onClose} title={title}>
      {link !== null && (
        <>
          <p className="mb-3 text-sm text-ink-muted">
            {children} {link.mailed ? "It has been mailed too." : "Send it to them yourself: it was not mailed."}
          </p>
          <SecretText text={link.url} label="link" />
          <DialogActions>
            <Button once onClick={onClose}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}
