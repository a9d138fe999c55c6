"use client";

import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { shortUrl } from "./format.ts";

type ResendQuestionProps = { rows: readonly DeliveryOut[]; onClose: () => void; onConfirm: () => void };

/** Asks before what has succeeded is sent again: a receiver may do its work twice. */
export function ResendQuestion({ rows, onClose, onConfirm }: ResendQuestionProps) {
  const succeeded = rows.filter(({ status }) => status === "succeeded");
  const [row] = succeeded;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={rows.length === 1 ? "Send it again" : `Send all ${rows.length} again`}
      onConfirm={async () => onConfirm()}
    >
      <p className="wrap-anywhere">
        {rows.length === 1 && row !== undefined
          ? `${row.eventType} was delivered to ${shortUrl(row.endpointUrl)} already.`
          : `${succeeded.length} of the ${rows.length} were delivered already.`}{" "}
        A receiver that does not recognise a repeated webhook-id does its work twice.
      </p>
    </ConfirmDialog>
  );
}
