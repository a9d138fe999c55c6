"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { type EndpointKey, missedQuery, useReplay, useSetDisabled } from "./queries.ts";
import { countText } from "./replayDialog.tsx";

type SwitchProps = { endpoint: EndpointOut; endpointKey: EndpointKey };

/** Disables, or enables and says what was missed meanwhile. */
export function SwitchEndpoint({ endpoint, endpointKey }: SwitchProps) {
  const [open, setOpen] = useState(false);
  const change = useSetDisabled(endpointKey);
  if (endpoint.disabled)
    return (
      <>
        <Button onClick={() => setOpen(true)}>Enable endpoint</Button>
        <Dialog open={open} onOpenChange={setOpen} title="Enable endpoint" lead="From now on it is sent what it subscribes to.">
          <Enable endpoint={endpoint} endpointKey={endpointKey} close={() => setOpen(false)} />
        </Dialog>
      </>
    );
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        Disable endpoint
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Disable endpoint"
        onConfirm={async () => {
          await change.mutateAsync(true);
          toast.good("Endpoint disabled");
        }}
      >
        <p>
          New messages are not sent to it, and what still waits to be retried is cancelled. When you enable it again, you can replay what it
          missed.
        </p>
      </ConfirmDialog>
    </>
  );
}

function Enable({ endpoint, endpointKey, close }: SwitchProps & { close: () => void }) {
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
