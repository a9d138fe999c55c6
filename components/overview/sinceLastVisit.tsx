"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { openIncidents } from "../incident/pageQueries.ts";
import { incidentsQuery } from "../incident/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { Time } from "../ui/time.tsx";
import { visitQuery } from "./queries.ts";
import { grouped } from "../ui/number.ts";

/** Whether it is known what is to be shown: what comes above the page's figures must not push them away later. */
export function useKnowsVisit(): boolean {
  const isAwaited = ({ isPending, failureCount }: { isPending: boolean; failureCount: number }) => isPending && failureCount === 0;
  const [incidents, visit] = [useQuery(openIncidentsQuery), useQuery(visitQuery)];
  return !isAwaited(incidents) && !isAwaited(visit);
}

/** What stands open now, and what happened since the member last looked. Nothing at the first visit. */
export function SinceLastVisit({ base }: { base: string }) {
  return (
    <>
      <OpenIncidents base={base} />
      <LastVisit base={base} />
    </>
  );
}

const openIncidentsQuery = incidentsQuery(openIncidents);

function OpenIncidents({ base }: { base: string }) {
  const { data } = useQuery(openIncidentsQuery);
  const count = data?.data.length ?? 0;
  if (count === 0) return null;
  return (
    <Alert tone="bad" title={`${count}${data?.done === false ? "+" : ""} ${count === 1 ? "incident is" : "incidents are"} not resolved`}>
      <Link href={`${base}/incidents`} className="underline underline-offset-4">
        Show incidents
      </Link>
    </Alert>
  );
}

function LastVisit({ base }: { base: string }) {
  const { data } = useQuery(visitQuery);
  if (data === undefined || data.since === null) return null;
  const { since, deliveries, failed, incidentsOpened, incidentsResolved, endpointsDisabled } = data;
  const log = `${base}/deliveries?after=${encodeURIComponent(since)}`;
  const facts = [
    { text: `${grouped(deliveries)} ${deliveries === 1 ? "delivery" : "deliveries"}`, href: log },
    { text: `${grouped(failed)} failed ${failed === 1 ? "attempt" : "attempts"}`, href: `${log}&status=failed,pending&min_attempts=1` },
    { text: `Incidents: ${grouped(incidentsOpened)} opened`, href: `${base}/incidents?status=all` },
    { text: `${grouped(incidentsResolved)} resolved`, href: `${base}/incidents?status=resolved` },
    ...(endpointsDisabled === 0
      ? []
      : [{ text: `${grouped(endpointsDisabled)} endpoints disabled`, href: `${base}/endpoints?state=disabled` }]),
  ];
  return (
    <section aria-labelledby="since" className="border-y border-line py-3 text-sm">
      <h2 id="since" className="mb-1 font-semibold">
        Since your last visit, <Time at={since} />
      </h2>
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {facts.map(({ text, href }) => (
          <li key={text}>
            <Link href={href} className="rounded-sm text-ink-muted underline-offset-4 hover:underline">
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
