"use client";

import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { usePortal, useSender } from "../session/portalSession.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { summaryOf } from "./summary.ts";

/** Copies what became of a delivery as text. `href`: of its page. */
export function SummaryCopy({ delivery, href }: { delivery: DeliveryDetailOut; href: string }) {
  const isPortal = usePortal() !== null;
  const sender = useSender();
  return (
    <span className="inline-flex items-center gap-2 text-sm text-ink-muted print:hidden">
      as text
      <CopyButton text={() => summaryOf(delivery, { sender, isPortal, url: window.location.origin + href })} label="summary" />
    </span>
  );
}
