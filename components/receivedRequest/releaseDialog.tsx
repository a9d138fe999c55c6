"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { QuarantineFilter } from "../../lib/contract/receivedRequest.ts";
import { counted } from "../delivery/format.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { CheckboxField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
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

/** Counts first, then releases as a background task, in the order in which they came. */
export function ReleaseDialog({ filter, close, onStarted }: ReleaseDialogProps) {
  const path = useEnvironmentPath();
  const count = useQuery(quarantineCountQuery(filter));
  const start = useBulkRelease();
  const form = useApiForm({
    initial: { force: false },
    title: "Nothing was released",
    check: () => ({}),
    save: async ({ force }) => {
      await start.mutateAsync({ filter, force });
      toast.good(
        "The background task is under way",
        <Link href={path("/background-tasks")} className="underline underline-offset-4">
          Background tasks
        </Link>,
      );
      onStarted();
      close();
    },
  });
  const found = count.data;
  const words = wordsOf[filter.verdict];
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={words.title} lead={words.lead}>
      <Form form={form} className="space-y-4">
        <p className="text-lg" aria-live="polite">
          {found !== undefined
            ? `${counted(found)} ${found.count === 1 ? "request waits" : "requests wait"}.`
            : count.error === null && "Counting…"}
        </p>
        <May least="admin">
          <CheckboxField name="force" label={words.force} help={words.forceHelp} />
        </May>
        {count.error && <Alert tone="bad" live title={count.error.message} />}
        <DialogActions>
          <Button variant="secondary" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" pending={form.isSubmitting} disabled={found === undefined || found.count === 0}>
            Release {found === undefined ? "requests" : `${counted(found)} ${found.count === 1 ? "request" : "requests"}`}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
