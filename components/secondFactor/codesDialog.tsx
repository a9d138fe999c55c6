"use client";

import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { saveFile } from "../ui/saveFile.ts";

/** Recovery codes, which are shown this once. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[] | null; onClose: () => void }) {
  const text = codes?.join("\n") ?? "";
  return (
    <Dialog open={codes !== null} onOpenChange={onClose} title="Recovery codes" lead="They are not shown again.">
      <p className="mb-3 text-sm text-ink-muted">
        Each signs you in once, after your password, when you have lost your second factor. Keep them where you keep your password, and not
        on the device that you might lose.
      </p>
      <div className="flex items-start gap-2 rounded-md border border-line bg-sunken p-3">
        <ul className="grid min-w-0 flex-1 grid-cols-1 gap-x-6 gap-y-1 font-mono text-xs min-[26rem]:grid-cols-2">
          {codes?.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={text} label="recovery codes" />
      </div>
      <DialogActions>
        <Button variant="secondary" onClick={() => saveFile("webster-recovery-codes.txt", `${text}\n`, "text/plain")}>
          Save as a file
        </Button>
        <Button onClick={onClose}>I have kept them</Button>
      </DialogActions>
    </Dialog>
  );
}
