import { BanIcon, SendIcon } from "../ui/lineIcons.ts";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { IconButton } from "../ui/iconButton.tsx";
import { shortUrl } from "./format.ts";

/** Made for those alone who may resend. */
type RowActionsProps = { row: DeliveryOut; onResend: () => void; onCancel: () => void };

export function RowActions({ row, onResend, onCancel }: RowActionsProps) {
  if (row.endpointDeleted) return <span className="block text-xs leading-4 whitespace-normal text-ink-muted">Endpoint deleted</span>;
  const what = `${row.eventType} to ${shortUrl(row.endpointUrl)}`;
  return (
    <span className="inline-flex items-center justify-end gap-1">
      {row.status === "pending" && !row.sending && (
        <IconButton label={`Cancel retry of ${what}`} title="Cancel retry" onClick={onCancel}>
          <BanIcon className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={`Resend ${what}`} title="Resend (r)" disabled={row.sending} onClick={onResend}>
        <SendIcon className="size-4" aria-hidden="true" />
      </IconButton>
    </span>
  );
}
