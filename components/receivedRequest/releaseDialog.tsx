"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useId, useState, type FormEvent } from "react";
import type { QuarantineFilter } from "../../lib/contract/receivedRequest.ts";
import { counted } from "../delivery/format.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { quarantineCountQuery, useBulkRelease } from "./queries.ts";

const again = "with the source as it is now, as of the moment at which it came. Those that pass go on to the endpoints, the oldest first.";
const unfiltered = { force: "Also those for which the filter does not hold", forceHelp: "They did verify when they came." };

const wordsOf = {
  rejected: {
    title: "Release from quarantine",
    lead: `Each is verified and filtered again ${again}`,
    force: "Also those that still do not verify",
    forceHelp: "You vouch for them: anybody may have sent them.",
  },
  filtered: { title: "Release from quarantine", lead: `Each is filtered again ${again}`, ...unfiltered },
  duplicate: {
    title: "Release duplicates",
    lead: `Each becomes a message of its own, compared with no other. Each is filtered again ${again}`,
    ...unfiltered,
  },
} as const;

type ReleaseDialogProps = { filter: QuarantineFilter; close: () => void; onStarted: () => void };

/** Counts first, then releases as a job, in the order in which they came. */
export function ReleaseDialog({ filter, close, onStarted }: ReleaseDialogProps) {
  const id = useId();
  const path = useEnvironmentPath();
  const [force, setForce] = useState(false);
  const count = useQuery(quarantineCountQuery(filter));
  const start = useBulkRelease();
  const found = count.data;
  const words = wordsOf[filter.verdict];
  const error = start.error ?? count.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (start.isPending) return;
    start.mutate(
      { filter, force },
      {
        onSuccess: () => {
          toast.good(
            "The job is under way",
            <Link href={path("/jobs")} className="underline underline-offset-4">
              Jobs
            </Link>,
          );
          onStarted();
          close();
        },
      },
    );
  };
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={words.title} lead={words.lead}>
      <form onSubmit={submit} className="space-y-4">
        <p className="text-lg" aria-live="polite">
          {found === undefined ? "Counting…" : `${counted(found)} ${found.count === 1 ? "request waits" : "requests wait"}.`}
        </p>
        <May least="admin">
          <div className="flex items-start gap-2 text-sm">
            <input
              id={id}
              type="checkbox"
              checked={force}
              onChange={(event) => setForce(event.target.checked)}
              aria-describedby={`${id}-help`}
              className="mt-0.5 size-4 accent-accent"
            />
            <div>
              <label htmlFor={id} className="font-medium">
                {words.force}
              </label>
              <p id={`${id}-help`} className="text-ink-muted">
                {words.forceHelp}
              </p>
            </div>
          </div>
        </May>
        {error && <Alert tone="bad" live title={error.message} />}
        <DialogActions>
          <Button variant="secondary" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" pending={start.isPending} disabled={found === undefined || found.count === 0}>
            Release {found === undefined ? "requests" : `${counted(found)} ${found.count === 1 ? "request" : "requests"}`}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
