"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { Link } from "../ui/link.tsx";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { applicationQuery } from "../application/queries.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { shortUrl } from "../delivery/format.ts";
import { May } from "../session/may.tsx";
import { usePortal } from "../session/portalSession.tsx";
import { useMembership } from "../session/queries.ts";
import { buttonLook } from "../ui/button.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { tabContent } from "../ui/tabContent.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { EndpointOverview } from "./endpointOverview.tsx";
import { EndpointState } from "./endpointTable.tsx";
import { type EndpointKey, endpointQuery, refreshMs } from "./queries.ts";
import { SwitchEndpoint } from "./switchEndpoint.tsx";

const DeliveryLog = tabContent(() => import("../delivery/log.tsx").then((module) => module.DeliveryLog));
const EndpointTest = tabContent(() => import("./endpointTest.tsx").then((module) => module.EndpointTest));
const TransformationTab = tabContent(() => import("../transformation/transformationTab.tsx").then((module) => module.TransformationTab));
const SecretTab = tabContent(() => import("../secret/secretTab.tsx").then((module) => module.SecretTab));
const EndpointSettings = tabContent(() => import("./endpointSettings.tsx").then((module) => module.EndpointSettings));

const tabs = [
  { value: "overview", label: "Overview", least: "viewer" },
  { value: "deliveries", label: "Deliveries", least: "viewer" },
  { value: "test", label: "Test", least: "member" },
  { value: "transformation", label: "Transformation", least: "member" },
  { value: "secrets", label: "Secrets", least: "viewer" },
  { value: "settings", label: "Settings", least: "member" },
] as const;

export function EndpointDetail(key: EndpointKey) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery({ ...endpointQuery(key), refetchInterval: refreshMs });
  if (error !== null && data === undefined)
    return (
      <PageError noun="endpoint" error={error} onRetry={() => void refetch()} back={{ href: path("/endpoints"), label: "All endpoints" }} />
    );
  return data === undefined ? <Waiting /> : <Loaded endpoint={data} endpointKey={key} />;
}

const Waiting = () => (
  <div aria-busy="true">
    <PageHeader title={<Skeleton className="h-7 w-72 max-w-full" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
    <Skeleton className="mb-4 h-9 w-full" />
    <Skeleton className="h-48 w-full" />
  </div>
);

function Loaded({ endpoint, endpointKey }: { endpoint: EndpointOut; endpointKey: EndpointKey }) {
  const url = useUrlState();
  const pathname = usePathname();
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  const { data: application } = useQuery({ ...applicationQuery(endpointKey.applicationId), enabled: !isPortal });
  const { may } = useMembership();
  const seen = tabs.filter(({ least }) => may(least));
  const current = seen.find(({ value }) => value === url.get("tab"))?.value ?? "overview";
  const { applicationId, endpointId } = endpointKey;
  return (
    <>
      <PageHeader
        tab={shortUrl(endpoint.url)}
        title={
          // A URL may have two thousand letters; Settings show them all.
          <span className="line-clamp-4 font-mono text-lg print:line-clamp-none" title={endpoint.url}>
            {endpoint.url}
          </span>
        }
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <EndpointState endpoint={endpoint} />
            {!isPortal && (
              <Link className="underline underline-offset-2" href={path(`/applications/${applicationId}`)}>
                {application === undefined ? "Application" : nameOr(application.name, application.id)}
              </Link>
            )}
            {endpoint.description !== "" && <span>{endpoint.description}</span>}
          </span>
        }
        actions={
          <May least="member">
            <Link
              className={buttonLook("quiet")}
              href={path(
                `/endpoints/new?application_id=${applicationId}&model_application_id=${applicationId}&model=${encodeURIComponent(endpointId)}`,
              )}
            >
              Clone
            </Link>
            <SwitchEndpoint endpoint={endpoint} endpointKey={endpointKey} />
          </May>
        }
      />
      <div className="mb-4">
        <TabLinks
          label="Endpoint"
          tabs={seen.map(({ value, label }) => ({
            label,
            // What one tab has in the address means nothing to another.
            href: pathname + (value === "overview" ? "" : `?tab=${value}`),
            current: value === current,
          }))}
        />
      </div>
      {current === "overview" && <EndpointOverview endpoint={endpoint} endpointKey={endpointKey} />}
      {current === "deliveries" && <DeliveryLog of={endpointKey} />}
      {current === "test" && <EndpointTest endpoint={endpoint} endpointKey={endpointKey} />}
      {current === "transformation" && <TransformationTab owner={{ kind: "endpoint", ...endpointKey }} />}
      {current === "secrets" && <SecretTab {...endpointKey} signature={endpoint.signature} />}
      {current === "settings" && <EndpointSettings endpoint={endpoint} endpointKey={endpointKey} />}
    </>
  );
}
