"use client";

import { useState } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { toast } from "../ui/toast.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";
import { type EndpointKey, useSetDisabled } from "./queries.ts";

const EnableDialog = whenOpened(
  () => import("./enableDialog.tsx").then((module) => module.EnableDialog),
  ({ open }) => open,
);

type SwitchProps = { endpoint: EndpointOut; endpointKey: EndpointKey };

/** Disables, or enables and says what was missed meanwhile. */
export function SwitchEndpoint({ endpoint, endpointKey }: SwitchProps) {
  const [open, setOpen] = useState(false);
  const change = useSetDisabled(endpointKey);
  if (endpoint.disabled)
    return (
      <>
        <Button onClick={() => setOpen(true)}>Enable endpoint</Button>
        <EnableDialog open={open} onOpenChange={setOpen} endpoint={endpoint} endpointKey={endpointKey} />
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
