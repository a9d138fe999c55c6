"use client";

import { FlaskConical } from "lucide";
import { later } from "../ui/later.tsx";
import { useState } from "react";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { MayResend } from "../session/may.tsx";
import { usePortal } from "../session/portalSession.tsx";
import { Button } from "../ui/button.tsx";
import { useShortcut } from "../ui/shortcuts.ts";
import { shortUrl } from "./format.ts";
import { keyOf } from "./page.ts";
import { useCancelRetry } from "./changeQueries.ts";
import { useResend } from "./resend.tsx";
import { DeliveryStatus } from "./status.tsx";
import { lineIcon } from "../ui/lineIcon.tsx";
import { BanIcon, SendIcon } from "../ui/lineIcons.ts";

const FlaskConicalIcon = lineIcon(FlaskConical);

const TestSendDialog = later(() => import("./testSendDialog.tsx").then((module) => module.TestSendDialog));

/** What can be done with a delivery. */
export const DeliveryActions = ({ delivery }: { delivery: DeliveryDetailOut }) => (
  <MayResend>
    <Allowed delivery={delivery} />
  </MayResend>
);

function Allowed({ delivery }: { delivery: DeliveryDetailOut }) {
  const { resend, question } = useResend();
  const cancel = useCancelRetry();
  const [testing, setTesting] = useState(false);
  const { messageId, endpointId, sending } = delivery;
  const isPortal = usePortal() !== null;
  const send = () => resend([delivery]);
  useShortcut("r", "Resend the delivery", () => !delivery.endpointDeleted && !isAtAnotherRow(keyOf(delivery)) && send());
  return (
    <>
      {delivery.status === "pending" && !sending && (
        <Button variant="secondary" pending={cancel.isPending} onClick={() => cancel.mutate({ messageId, endpointId })}>
          <BanIcon className="size-4" aria-hidden="true" />
          Cancel retry
        </Button>
      )}
      {!isPortal && !delivery.endpointDeleted && (
        <Button variant="secondary" aria-haspopup="dialog" onClick={() => setTesting(true)}>
          <FlaskConicalIcon className="size-4" aria-hidden="true" />
          Edit and send
        </Button>
      )}
      {testing && <TestSendDialog delivery={delivery} onClose={() => setTesting(false)} />}
      {question}
      {!delivery.endpointDeleted && (
        <Button pending={sending} onClick={send}>
          <SendIcon className="size-4" aria-hidden="true" />
          Resend delivery
        </Button>
      )}
    </>
  );
}

/** Whether the focus is on a row of a list beside this delivery, which then is the one that a key means. */
function isAtAnotherRow(id: string): boolean {
  const row = document.activeElement?.closest<HTMLElement>("tr[data-row]") ?? null;
  return row !== null && row.dataset["row"] !== id;
}

export const DeliveryLead = ({ delivery }: { delivery: DeliveryDetailOut }) => (
  <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
    <DeliveryStatus of={delivery} />
    <span className="line-clamp-2 min-w-0 font-mono text-xs wrap-anywhere print:line-clamp-none" title={delivery.endpointUrl}>
      {shortUrl(delivery.endpointUrl)}
    </span>
  </span>
);
