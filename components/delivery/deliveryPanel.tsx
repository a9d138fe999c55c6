"use client";

import { ArrowUpRight } from "lucide";
import { useEffect } from "react";
import { loadJson } from "../json/loadedJson.tsx";
import { Link } from "../ui/link.tsx";
import { buttonLook } from "../ui/button.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Beside } from "../ui/beside.tsx";
import { useShortcut } from "../ui/shortcuts.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { DeliveryActions, DeliveryLead } from "./deliveryActions.tsx";
import { DeliveryBody } from "./deliveryBody.tsx";
import type { DeliveryKey } from "./pageQueries.ts";
import { useDelivery } from "./queries.ts";
import { lineIcon } from "../ui/lineIcon.tsx";
import { ChevronDownIcon } from "../ui/lineIcons.ts";
import { ChevronUpIcon } from "../ui/moreIcons.ts";

const ArrowUpRightIcon = lineIcon(ArrowUpRight);

type DeliveryPanelProps = {
  of: DeliveryKey;
  base: string;
  onClose: () => void;
  /** To the row above and below; null: there is none. */
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
};

/** A delivery beside the log that it was opened from. */
export function DeliveryPanel({ of, base, onClose, onPrevious, onNext }: DeliveryPanelProps) {
  const { data, error, refetch } = useDelivery(of);
  useEffect(loadJson, []);
  const previous = () => onPrevious?.();
  const next = () => onNext?.();
  useShortcut("j", "Next delivery", next);
  useShortcut("ArrowRight", "Next delivery", next);
  useShortcut("k", "Previous delivery", previous);
  useShortcut("ArrowLeft", "Previous delivery", previous);
  return (
    <Beside
      onClose={onClose}
      title={data?.eventType ?? "Delivery"}
      lead={data && <DeliveryLead delivery={data} />}
      actions={
        <span className="flex items-center">
          <IconButton label="Previous delivery" title="Previous delivery (k)" disabled={onPrevious === null} onClick={previous}>
            <ChevronUpIcon className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label="Next delivery" title="Next delivery (j)" disabled={onNext === null} onClick={next}>
            <ChevronDownIcon className="size-4" aria-hidden="true" />
          </IconButton>
        </span>
      }
    >
      {data !== undefined ? (
        <>
          <div className="mb-6 flex flex-wrap gap-2">
            <DeliveryActions delivery={data} />
            <Link href={`${base}/deliveries/${of.messageId}/${of.endpointId}`} className={`${buttonLook("quiet")} print:hidden`}>
              <ArrowUpRightIcon className="size-4" aria-hidden="true" />
              Open as page
            </Link>
          </div>
          <DeliveryBody delivery={data} base={base} narrow />
        </>
      ) : error !== null ? (
        <ErrorState what="The delivery" error={error} onRetry={() => void refetch()} />
      ) : (
        <div aria-busy="true" className="space-y-4">
          <p className="sr-only">Loading the delivery</p>
          <Skeleton className="h-9 w-64 max-w-full" />
          <Skeleton className="h-80 w-full" />
        </div>
      )}
    </Beside>
  );
}
