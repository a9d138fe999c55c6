"use client";

import { Link } from "../ui/link.tsx";
import { useParams, useRouter } from "next/navigation";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { buttonLook } from "../ui/button.tsx";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { useShortcut } from "../ui/shortcuts.ts";
import { Skeleton } from "../ui/states.tsx";
import { DeliveryActions, DeliveryLead } from "./deliveryActions.tsx";
import { hostOf } from "./format.ts";
import { DeliveryBody } from "./deliveryBody.tsx";
import { useDelivery } from "./queries.ts";
import { ChevronLeftIcon, ChevronRightIcon } from "../ui/lineIcons.ts";

type Address = { messageId: string; endpointId: string };

/** One delivery with all that happened to it. */
export function DeliveryDetail() {
  const { messageId, endpointId } = useParams<Address>();
  const base = useEnvironmentPath()("");
  const { data, error, refetch } = useDelivery({ messageId, endpointId });
  if (data !== undefined) return <Detail delivery={data} base={base} />;
  if (error !== null)
    return (
      <PageError
        noun="delivery"
        error={error}
        onRetry={() => void refetch()}
        back={{ href: `${base}/deliveries`, label: "All deliveries" }}
      />
    );
  return <Waiting />;
}

const Detail = ({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) => (
  <>
    <p className="mb-2 text-sm text-ink-muted">
      <Link href={`${base}/deliveries`} className="rounded-sm underline-offset-4 hover:underline">
        Deliveries
      </Link>
    </p>
    <PageHeader
      tab={`${delivery.eventType} to ${hostOf(delivery.endpointUrl)}`}
      title={delivery.eventType}
      lead={<DeliveryLead delivery={delivery} />}
      actions={
        <>
          <Neighbours delivery={delivery} base={base} />
          <DeliveryActions delivery={delivery} />
        </>
      }
    />
    <DeliveryBody delivery={delivery} base={base} />
  </>
);

/** The endpoint's delivery before and after: also with the arrow keys. */
function Neighbours({ delivery, base }: { delivery: DeliveryDetailOut; base: string }) {
  const { olderMessageId, newerMessageId, endpointId } = delivery;
  const router = useRouter();
  const hrefOf = (messageId: string) => `${base}/deliveries/${messageId}/${endpointId}`;
  useShortcut("ArrowLeft", "The endpoint's delivery before", () => olderMessageId && router.push(hrefOf(olderMessageId)));
  useShortcut("ArrowRight", "The endpoint's next delivery", () => newerMessageId && router.push(hrefOf(newerMessageId)));
  return (
    <>
      {olderMessageId && (
        <Link href={hrefOf(olderMessageId)} className={buttonLook("secondary")} aria-label="The endpoint's delivery before">
          <ChevronLeftIcon className="size-4" aria-hidden="true" />
        </Link>
      )}
      {newerMessageId && (
        <Link href={hrefOf(newerMessageId)} className={buttonLook("secondary")} aria-label="The endpoint's next delivery">
          <ChevronRightIcon className="size-4" aria-hidden="true" />
        </Link>
      )}
    </>
  );
}

const Waiting = () => (
  <div aria-busy="true">
    <p className="sr-only">Loading the delivery</p>
    <Skeleton className="mb-2 h-5 w-20" />
    <Skeleton className="mb-2 h-7 w-64" />
    <Skeleton className="mb-8 h-5 w-96 max-w-full" />
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Skeleton className="h-80 w-full" />
      <Skeleton className="h-80 w-full" />
    </div>
  </div>
);
