"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { countText } from "./countText.ts";
import { type EndpointKey, missedQuery, useReplay, useSetDisabled } from "./queries.ts";

type EnableProps = { endpoint: EndpointOut; endpointKey: EndpointKey };
type EnableDialogProps = EnableProps & { open: boolean; onOpenChange: (open: boolean) => void };

/** Enables an endpoint, and says what it missed meanwhile. */
export const EnableDialog = ({ open, onOpenChange, ...props }: EnableDialogProps) => (
  <Dialog open={open} onOpenChange={onOpenChange} title="Enable endpoint" lead="From now on it is sent what it subscribes to.">
    <Enable {...props} close={() => onOpenChange(false)} />
  </Dialog>
);

function Enable({ endpoint, endpointKey, close }: EnableProps & { close: () => void }) {
  const change = useSetDisabled(endpointKey);
  const replay = useReplay(endpointKey);
  const { data: missed, error } = useQuery(missedQuery(endpointKey, endpoint.disabledAt));
  const [withMissed, setWithMissed] = useState(false);
  const isWorking = change.isPending || replay.isPending;
  const fault = change.error ?? replay.error;

  const enable = async () => {
    await change.mutateAsync(false);
    if (withMissed && missed) await replay.mutateAsync({ kind: "replay-missing", since: missed.since, until: null, ratePerSecond: null });
    toast.good(withMissed ? "Endpoint enabled; what it missed is being sent" : "Endpoint enabled");
    close();
  };

  return (
    <div className="space-y-4">
      {fault && <Alert tone="bad" live title={fault.message} />}
      <div aria-live="polite" className="text-sm">
        {missed === undefined ? (
          <p className="text-ink-muted">{error ? error.message : "Counting what it missed…"}</p>
        ) : missed.count === 0 ? (
          <p className="text-ink-muted">It missed no message while it was disabled.</p>
        ) : (
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-solid"
              checked={withMissed}
              onChange={(event) => setWithMissed(event.target.checked)}
            />
            <span>
              Also send the {countText(missed, "message")} that it missed
              <span className="block text-ink-muted">Slowly at first, then as fast as it takes them, in the background.</span>
            </span>
          </label>
        )}
      </div>
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button pending={isWorking} onClick={() => void enable().catch(() => undefined)}>
          Enable endpoint
        </Button>
      </DialogActions>
    </div>
  );
}
