"use client";

import { useQuery } from "@tanstack/react-query";
import { dayMs } from "../../lib/words/duration.ts";
import { Volume } from "../chart/volume.tsx";
import { Link } from "../ui/link.tsx";
import type { SourceOut } from "../../lib/contract/source.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { QuarantineState } from "../receivedRequest/quarantineState.tsx";
import { useMembership } from "../session/queries.ts";
import { Alert } from "../ui/alert.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { tabContent } from "../ui/tabContent.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { providersQuery, sourceQuery } from "./queries.ts";
import { SourceState } from "./sourceList.tsx";
import { SourceSetup } from "./sourceSetup.tsx";

const ReceivedLog = tabContent(() => import("../receivedRequest/log.tsx").then((module) => module.ReceivedLog));
const TransformationTab = tabContent(() => import("../transformation/transformationTab.tsx").then((module) => module.TransformationTab));
const SourceSettings = tabContent(() => import("./sourceSettings.tsx").then((module) => module.SourceSettings));

const tabs = [
  { value: "setup", label: "Setup", least: "viewer" },
  { value: "requests", label: "Requests", least: "viewer" },
  { value: "quarantine", label: "Quarantine", least: "viewer" },
  { value: "transformation", label: "Transformation", least: "member" },
  { value: "settings", label: "Settings", least: "member" },
] as const;

const receivedWords = { good: "Accepted", aside: "Duplicate or filtered", bad: "Rejected" };

export function SourceDetail({ id }: { id: string }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(sourceQuery(id));
  if (error !== null && data === undefined)
    return <PageError noun="source" error={error} onRetry={() => void refetch()} back={{ href: path("/sources"), label: "All sources" }} />;
  return data === undefined ? <Waiting /> : <Loaded source={data} />;
}

const Waiting = () => (
  <div aria-busy="true">
    <PageHeader title={<Skeleton className="h-7 w-72 max-w-full" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
    <Skeleton className="mb-4 h-9 w-full" />
    <Skeleton className="h-48 w-full" />
  </div>
);

const week = { since: 7 * dayMs, until: null };

function Loaded({ source }: { source: SourceOut }) {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const { may } = useMembership();
  const { data: providers } = useQuery(providersQuery);
  const provider = providers?.find(({ kind }) => kind === source.provider);
  const seen = tabs.filter(({ least }) => may(least));
  const current = seen.find(({ value }) => value === url.get("tab"))?.value ?? "setup";
  return (
    <>
      <PageHeader
        title={nameOr(source.name, source.id)}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <SourceState source={source} />
            <span>{provider?.label ?? source.provider}</span>
            <Link className="underline underline-offset-2" href={path(`/applications/${source.application.id}`)}>
              Feeds {nameOr(source.application.name, source.application.id)}
            </Link>
          </span>
        }
      />
      <div className="mb-4">
        <TabLinks
          label="Source"
          tabs={[
            ...seen.map(({ value, label }) => ({
              label,
              href: path(`/sources/${source.id}${value === "setup" ? "" : `?tab=${value}`}`),
              current: value === current,
            })),
            { label: "Deliveries", href: path(`/deliveries?application_id=${source.application.id}`), current: false },
          ]}
        />
      </div>
      {source.problem !== null && (
        <div className="mb-4">
          <Alert tone="bad" title="This source rejects everything">
            {source.problem}
          </Alert>
        </div>
      )}
      {source.responseProblem !== null && (
        <div className="mb-4">
          <Alert tone="bad" title="Not all of its answer is sent">
            {source.responseProblem}
          </Alert>
        </div>
      )}
      {current === "setup" && <SourceSetup source={source} provider={provider} />}
      {current === "requests" && (
        <>
          <div className="mb-4">
            <Volume
              low
              place={{ sourceId: source.id }}
              range={week}
              title="Received, last 7 days"
              words={receivedWords}
              onChoose={({ after, before }) => url.set({ after, before, iterator: null })}
            />
          </div>
          <ReceivedLog key="requests" source={source} />
        </>
      )}
      {current === "quarantine" && (
        <>
          <QuarantineState />
          <ReceivedLog key="quarantine" source={source} quarantine />
        </>
      )}
      {current === "transformation" && <TransformationTab owner={{ kind: "source", sourceId: source.id }} />}
      {current === "settings" && <SourceSettings source={source} provider={provider} />}
    </>
  );
}
