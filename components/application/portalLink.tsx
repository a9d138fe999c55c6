"use client";

import { useState } from "react";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Select } from "../ui/select.tsx";
import { toast } from "../ui/toast.tsx";
import { everything, PortalCapabilities } from "./portalCapabilities.tsx";
import { usePortalLink, useRevokePortal } from "./queries.ts";

const hour = 3600;
const lifetimes = [
  { value: String(hour), label: "An hour" },
  { value: String(24 * hour), label: "A day" },
  { value: String(7 * 24 * hour), label: "7 days" },
];

type PortalLinkProps = { application: ApplicationOut; open: boolean; onOpenChange: (open: boolean) => void };

/** A link that lets the customer's own people in, once. */
export function PortalLinkDialog({ application, open, onOpenChange }: PortalLinkProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create portal link"
      lead={`Lets ${nameOr(application.name, application.id)} see and change their own endpoints without an account.`}
    >
      <PortalLink application={application} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function PortalLink({ application: { id, name }, close }: { application: ApplicationOut; close: () => void }) {
  const [expiry, setExpiry] = useState(String(hour));
  const [capabilities, setCapabilities] = useState(everything);
  const link = usePortalLink(id);
  const revoke = useRevokePortal(id);
  const fault = link.error ?? revoke.error;
  const given = capabilities.length === everything.length ? {} : { capabilities };
  return (
    <div className="space-y-4">
      {fault && <Alert tone="bad" live title={fault.message} />}
      {link.data === undefined ? (
        <>
          <div>
            <label htmlFor="portal-expiry" className="mb-1.5 block text-sm font-medium">
              Works for
            </label>
            <Select id="portal-expiry" options={lifetimes} value={expiry} onChange={(event) => setExpiry(event.target.value)} />
            <p className="mt-1.5 text-sm text-ink-muted">Opened once, it becomes a session that ends at the same moment.</p>
          </div>
          <PortalCapabilities value={capabilities} onChange={setCapabilities} />
        </>
      ) : (
        <div aria-live="polite">
          <p className="mb-1.5 text-sm font-medium">The link, shown this one time</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-2 pl-3 max-sm:flex-col max-sm:items-stretch">
            <code className="min-w-0 flex-1 font-mono text-xs break-all">{link.data.url}</code>
            <CopyButton text={link.data.url} label="portal link" />
          </div>
        </div>
      )}
      <DialogActions>
        <Button
          variant="quiet"
          pending={revoke.isPending}
          onClick={() =>
            revoke.mutate(undefined, {
              onSuccess: () => {
                toast.good(`All portal links and sessions of ${name} have ended`);
                close();
              },
            })
          }
        >
          End all earlier ones
        </Button>
        {link.data === undefined ? (
          <Button pending={link.isPending} onClick={() => link.mutate({ expiry: Number(expiry), ...given })}>
            Create portal link
          </Button>
        ) : (
          <Button variant="secondary" once onClick={close}>
            Done
          </Button>
        )}
      </DialogActions>
    </div>
  );
}
