"use client";

import { useQueryClient } from "@tanstack/react-query";
import { tellOutcome } from "../backgroundTask/watch.tsx";
import { Link } from "../ui/link.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { usePortal } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { type Filters, bodyOf } from "./filters.ts";
import { counted } from "./format.ts";
import { useBulkResend, useBulkResendCount } from "./bulkQueries.ts";
import { unsendableText } from "./unsendable.ts";

type BulkResendDialogProps = {
  filters: Filters;
  close: () => void;
  onStarted: () => void;
  title?: string;
  /** What the filters mean. */
  lead?: string;
};

const nounOf = (count: number): string => (count === 1 ? "delivery" : "deliveries");
const usualLead = "One attempt for each delivery that the filters find now.";

/** Counts first, then sends all that the filters find again, as a background task. */
export function BulkResendDialog({ filters, close, onStarted, title = "Resend all matching", lead = usualLead }: BulkResendDialogProps) {
  const client = useQueryClient();
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  const dryRun = useBulkResendCount(filters);
  const start = useBulkResend();
  const found = dryRun.data;
  const form = useApiForm({
    initial: { ratePerSecond: null as number | null },
    title: "Nothing was sent again",
    check: () => ({}),
    save: async ({ ratePerSecond }) => {
      const { id } = await start.mutateAsync({ filter: bodyOf(filters), ratePerSecond });
      void tellOutcome(client, id, path);
      toast.good(
        found === undefined ? "Resending" : `Resending ${counted(found)} ${nounOf(found.count)}`,
        isPortal ? undefined : (
          <Link href={path("/background-tasks")} className="underline underline-offset-4">
            Background tasks
          </Link>
        ),
      );
      onStarted();
      close();
    },
  });

  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={title} lead={lead}>
      <Form form={form} className="space-y-4">
        <p className="text-lg" aria-live="polite">
          {found !== undefined
            ? `${counted(found)} ${found.count === 1 ? "delivery is" : "deliveries are"} sent again.`
            : dryRun.error === null && "Counting…"}
          {found?.unsendable !== undefined && <span className="mt-1 block text-sm text-ink-muted">{unsendableText(found.unsendable)}</span>}
        </p>
        {(filters.status.length === 0 || filters.status.includes("succeeded")) && (
          <p className="mt-1 text-sm text-ink-muted">
            Also those that succeeded: a receiver that does not recognise a repeated webhook-id does its work twice.
          </p>
        )}
        <TextField
          name="ratePerSecond"
          label="At most this many a second"
          type="number"
          empty={null}
          min={1}
          max={10_000}
          help={`Empty: as fast as the endpoints take them.${isPortal ? "" : " It can be paused and cancelled under Background tasks."}`}
        />
        {dryRun.error && <Alert tone="bad" live title={dryRun.error.message} />}
        <DialogActions>
          <Button variant="secondary" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" pending={form.isSubmitting} disabled={found === undefined || found.count === 0}>
            Resend {found === undefined ? "all deliveries" : `${counted(found)} ${nounOf(found.count)}`}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
