"use client";

import { usePortal } from "../session/portalSession.tsx";
import { useMembership } from "../session/queries.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import type { FilterFaultOf } from "../ui/filterFault.ts";
import { Link } from "../ui/link.tsx";
import { BadFilter } from "../ui/states.tsx";
import { noId } from "./elsewhere.ts";
import { payloadSearchOff } from "../../lib/words/payloadSearch.ts";

type UnusableProps = { fault: FilterFaultOf; base: string; clear: () => void };

/** In place of the log's rows: why its filters can't be used, and where that can be changed. */
export const Unusable = ({ fault, base, clear }: UnusableProps) =>
  fault.type === payloadSearchOff ? (
    <SearchOff base={base} clear={clear} />
  ) : (
    <BadFilter why={fault.name === "message_id" ? noId : fault.text} onClear={clear} />
  );

function SearchOff({ base, clear }: Omit<UnusableProps, "fault">) {
  const { may, organization } = useMembership();
  const isPortal = usePortal() !== null;
  const mayTurnOn = may("admin") && !isPortal;
  return (
    <div role="alert" className="rounded-md border border-line bg-surface px-4 py-10 text-center">
      <p className="font-semibold">Search in payloads is off</p>
      <p className="mx-auto mt-1 max-w-prose text-sm text-ink-muted">
        {isPortal
          ? "A message is found by its id, its event type and its time."
          : mayTurnOn
            ? "This environment keeps no words of payloads. Turned on, it finds messages by words such as an order’s number, those that are kept already too."
            : `This environment keeps no words of payloads. An owner or an admin of ${organization?.name ?? "the organization"} can turn that on in the environment’s settings.`}
      </p>
      <p className="mt-3 flex flex-wrap justify-center gap-2">
        {!isPortal && (
          <Link href={`${base}/settings/environments#payload-search`} className={buttonLook(mayTurnOn ? "primary" : "secondary", "small")}>
            {mayTurnOn ? "Turn it on in the settings" : "See the setting"}
          </Link>
        )}
        <Button variant="secondary" size="small" onClick={clear}>
          Clear filters
        </Button>
      </p>
    </div>
  );
}
