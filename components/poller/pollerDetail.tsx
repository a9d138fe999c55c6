"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useState, useSyncExternalStore } from "react";
import type { DestinationOut } from "../../lib/contract/destination.ts";
import { applicationQuery } from "../application/queries.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Badges } from "../ui/badges.tsx";
import { Button } from "../ui/button.tsx";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { tabContent } from "../ui/tabContent.tsx";
import { toast } from "../ui/toast.tsx";
import { Consumers } from "./consumers.tsx";
import { PollingKey } from "./pollingKey.tsx";
import { PollerState } from "./pollers.tsx";
import { type PollerKey, pollerPath, pollerQuery, useDeletePoller, usePatchPoller } from "./queries.ts";

// Below what the page is looked at for.
const PollerFilter = tabContent(() => import("./pollerFilter.tsx").then((module) => module.PollerFilter));
const PollerTransformation = tabContent(() => import("./pollerTransformation.tsx").then((module) => module.PollerTransformation));

export function PollerDetail(key: PollerKey) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(pollerQuery(key));
  if (error !== null && data === undefined)
    return (
      <PageError
        noun="polling endpoint"
        error={error}
        onRetry={() => void refetch()}
        back={{ href: path(`/applications/${key.applicationId}`), label: "The application" }}
      />
    );
  if (data !== undefined) return <Loaded poller={data} pollerKey={key} />;
  return (
    <div aria-busy="true">
      <PageHeader title={<Skeleton className="h-7 w-56" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
      <Skeleton className="h-48 w-full" />
    </div>
  );
}

/** The API's address, known to the browser alone. */
const useOrigin = (): string =>
  useSyncExternalStore(
    () => () => undefined,
    () => window.location.origin,
    () => "",
  );

function Loaded({ poller, pollerKey }: { poller: DestinationOut; pollerKey: PollerKey }) {
  const { id, uid, status, eventTypes, channels, createdAt } = poller;
  const path = useEnvironmentPath();
  const router = useRouter();
  const origin = useOrigin();
  const { data: application } = useQuery(applicationQuery(pollerKey.applicationId));
  const patch = usePatchPoller(pollerKey);
  const remove = useDeletePoller(pollerKey);
  const [deleting, setDeleting] = useState(false);
  const url = `${origin}/api/v1${pollerPath(pollerKey)}`;
  const isDisabled = status === "disabled";

  return (
    <div className="space-y-6">
      <div>
        <PageHeader
          title={<span className="font-mono text-lg">{uid ?? id}</span>}
          lead={
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <PollerState status={status} />
              <Link className="underline underline-offset-2" href={path(`/applications/${pollerKey.applicationId}`)}>
                {application === undefined ? "Application" : nameOr(application.name, application.id)}
              </Link>
            </span>
          }
          actions={
            <May least="member">
              <Button
                variant="secondary"
                pending={patch.isPending}
                onClick={() =>
                  patch.mutate(
                    { status: isDisabled ? "enabled" : "disabled" },
                    {
                      onSuccess: () => toast.good(isDisabled ? "Polling endpoint enabled" : "Polling endpoint disabled"),
                      onError: (error) => toast.bad(error.message),
                    },
                  )
                }
              >
                {isDisabled ? "Enable polling endpoint" : "Disable polling endpoint"}
              </Button>
            </May>
          }
        />
        <KeyValues
          facts={{
            Id: <Id id={id} copy label="polling endpoint id" />,
            "Event types": <Words words={eventTypes} />,
            Channels: <Words words={channels} />,
            Created: <Time at={createdAt} interactive />,
          }}
        />
      </div>
      <section aria-labelledby="consumers">
        <h2 id="consumers" className="mb-3 text-lg font-semibold">
          Consumers
        </h2>
        <Consumers pollerKey={pollerKey} />
      </section>
      <May least="member">
        <PollerFilter poller={poller} pollerKey={pollerKey} />
        <PollerTransformation pollerKey={pollerKey} />
      </May>
      <section aria-labelledby="how-to-poll" className="space-y-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2 id="how-to-poll" className="text-lg font-semibold">
            How to poll
          </h2>
          <May least="admin">
            <PollingKey applicationId={pollerKey.applicationId} name={uid ?? id} />
          </May>
        </div>
        <CodeBlock title="URL" note="Of the consumer called worker; any name makes one." code={`${url}/consumer/worker`} />
        <CodeBlock
          title="curl"
          note="Pass the iterator of an answer with the next call: it acknowledges what came. Without it the same messages come again."
          code={`curl "${url}/consumer/worker?wait=20&iterator=" \\\n  -H "Authorization: Bearer $KEY"`}
        />
        <CodeBlock
          title="JavaScript"
          note="With the svix package; those of the other languages do the same."
          code={loop(origin, pollerKey)}
        />
      </section>
      <May least="member">
        <section aria-labelledby="delete-poller" className="border-t border-line pt-4">
          <h2 id="delete-poller" className="font-semibold">
            Delete polling endpoint
          </h2>
          <p className="mt-0.5 mb-3 max-w-prose text-sm text-ink-muted">
            Where its consumers stand is forgotten. A new one begins with what is accepted then.
          </p>
          <Button variant="danger" size="small" onClick={() => setDeleting(true)}>
            Delete polling endpoint
          </Button>
        </section>
      </May>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete polling endpoint"
        typed="delete"
        onConfirm={async () => {
          await remove.mutateAsync();
          toast.good("Polling endpoint deleted");
          router.push(path(`/applications/${pollerKey.applicationId}`));
        }}
      >
        <p>Whoever polls it is answered 404 from now on. This can’t be undone.</p>
      </ConfirmDialog>
    </div>
  );
}

const loop = (origin: string, { applicationId, pollerId }: PollerKey): string => `import { Svix } from "svix";

const webster = new Svix(process.env.KEY, { serverUrl: "${origin}" });
let iterator;
for (;;) {
  const page = await webster.message.poller.consumerPoll("${applicationId}", "${pollerId}", "worker", { iterator });
  for (const message of page.data) await handle(message);
  ({ iterator } = page);
  if (page.done) await new Promise((resolve) => setTimeout(resolve, 5_000));
}`;

const Words = ({ words }: { words: string[] }) => (words.length === 0 ? "All" : <Badges words={words} />);
