"use client";

import { Link } from "../ui/link.tsx";
import { useId, useState, type FormEvent } from "react";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { type Filters, bodyOf } from "./filters.ts";
import { counted } from "./format.ts";
import { useBulkResend, useBulkResendCount } from "./queries.ts";

type BulkResendDialogProps = { filters: Filters; close: () => void; onStarted: () => void };

/** Counts first, then sends all that the filters find again, as a job. */
export function BulkResendDialog({ filters, close, onStarted }: BulkResendDialogProps) {
  const id = useId();
  const [rate, setRate] = useState("");
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  const dryRun = useBulkResendCount(filters);
  const start = useBulkResend();
  const found = dryRun.data;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (start.isPending) return;
    start.mutate(
      { filter: bodyOf(filters), ratePerSecond: rate === "" ? null : Number(rate) },
      {
        onSuccess: () => {
          toast.good(
            "The job is under way",
            isPortal ? undefined : (
              <Link href={path("/jobs")} className="underline underline-offset-4">
                Jobs
              </Link>
            ),
          );
          onStarted();
          close();
        },
      },
    );
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Resend all matching"
      lead="One attempt for each delivery that the filters find now."
    >
      <form onSubmit={submit}>
        <p className="text-lg" aria-live="polite">
          {found === undefined ? "Counting…" : `${counted(found)} deliveries are sent again.`}
        </p>
        <div className="mt-4">
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
            At most so many a second
          </label>
          <input
            id={id}
            type="number"
            min={1}
            max={10_000}
            value={rate}
            onChange={(event) => setRate(event.target.value)}
            className={controlLook}
          />
          <p className="mt-1.5 text-sm text-ink-muted">
            Empty: as fast as the endpoints take them. It can be paused and cancelled under Jobs.
          </p>
        </div>
        {(start.error ?? dryRun.error) && (
          <div className="mt-4">
            <Alert tone="bad" live title={(start.error ?? dryRun.error)?.message ?? ""} />
          </div>
        )}
        <DialogActions>
          <Button variant="secondary" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" pending={start.isPending} disabled={found === undefined || found.count === 0}>
            Resend {found === undefined ? "all" : counted(found)} deliveries
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
