"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { tellOutcome } from "../backgroundTask/watch.tsx";
import { Link } from "../ui/link.tsx";
import { useId, useState } from "react";
import { useEnvironmentPath } from "../environmentPath.ts";
import type { Faults } from "../form/faults.ts";
import { SelectField, TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { unsendableText } from "../delivery/unsendable.ts";
import { countText } from "./countText.ts";
import { type EndpointKey, type ReplayKind, replayCountQuery, useReplay } from "./queries.ts";
import { grouped } from "../ui/number.ts";
import { hourMs } from "../../lib/words/duration.ts";
import { clockMs } from "../ui/clock.ts";

const kinds = {
  recover: { label: "What failed", help: "One attempt for each message that failed and never succeeded.", noun: "delivery" },
  "replay-missing": {
    label: "What was never attempted",
    help: "Messages that match today’s filters, but came before the endpoint existed, or while it was disabled.",
    noun: "message",
  },
  "bulk-replay": {
    label: "Everything again",
    help: "What succeeded too. Receivers must recognise repeated webhook-ids.",
    noun: "delivery",
  },
} as const satisfies Record<ReplayKind, object>;

const maximumRatePerSecond = 10_000;

const spans = [
  { value: "1", label: "The last hour" },
  { value: "6", label: "The last 6 hours" },
  { value: "24", label: "The last 24 hours" },
  { value: "72", label: "The last 3 days" },
  { value: "168", label: "The last 7 days" },
  { value: "336", label: "The last 14 days" },
];

type ReplayDialogProps = { endpointKey: EndpointKey; open: boolean; onOpenChange: (open: boolean) => void; kind: ReplayKind };

/** Sends again in the background; says first how many that would be. */
export function ReplayDialog({ endpointKey, open, onOpenChange, kind }: ReplayDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Replay messages" lead="Sends to this endpoint again, in the background.">
      <ReplayForm endpointKey={endpointKey} initial={kind} close={() => onOpenChange(false)} />
    </Dialog>
  );
}

function ReplayForm({ endpointKey, initial, close }: { endpointKey: EndpointKey; initial: ReplayKind; close: () => void }) {
  const id = useId();
  const path = useEnvironmentPath();
  const client = useQueryClient();
  // Counted and sent is the same range, so it stands still while the dialog is open.
  const [nowMs] = useState(() => clockMs());
  const rangeOf = ({ kind, span }: { kind: ReplayKind; span: string }) => ({
    kind,
    since: new Date(nowMs - Number(span) * hourMs).toISOString(),
    until: new Date(nowMs).toISOString(),
  });
  const replay = useReplay(endpointKey);
  const form = useApiForm({
    initial: { kind: initial, span: "24", ratePerSecond: null as number | null },
    title: "The replay was not started",
    check: ({ ratePerSecond: rate }): Faults =>
      rate === null || (Number.isInteger(rate) && rate >= 1 && rate <= maximumRatePerSecond)
        ? {}
        : { ratePerSecond: `A whole number from 1 to ${grouped(maximumRatePerSecond)}, or nothing.` },
    save: async (draft) => {
      const { id: taskId } = await replay.mutateAsync({ ...rangeOf(draft), ratePerSecond: draft.ratePerSecond });
      void tellOutcome(client, taskId, path);
      close();
      toast.good(
        "Replay started",
        <Link className="font-medium underline underline-offset-2" href={path("/background-tasks")}>
          Show background task
        </Link>,
      );
    },
  });
  const { kind } = form.draft;
  const count = useQuery(replayCountQuery(endpointKey, { ...rangeOf(form.draft), ratePerSecond: null }));
  const { noun, help } = kinds[kind];

  return (
    <Form form={form} className="space-y-4">
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Send</legend>
        <div className="space-y-2">
          {(Object.keys(kinds) as ReplayKind[]).map((one) => (
            <label key={one} className="flex items-start gap-2 text-sm">
              <input
                type="radio"
                name={`${id}-kind`}
                className="mt-0.5 size-4 shrink-0 accent-solid"
                checked={kind === one}
                onChange={() => form.set({ kind: one })}
              />
              <span>
                {kinds[one].label}
                {kind === one && <span className="block text-ink-muted">{help}</span>}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <SelectField name="span" label="Messages of" options={spans} />
      <TextField
        name="ratePerSecond"
        label="At most per second"
        type="number"
        empty={null}
        placeholder={kind === "replay-missing" ? "Begins slowly, goes faster as it is taken" : "No limit"}
        autoComplete="off"
      />
      <p aria-live="polite" className="rounded-md border border-line bg-sunken px-3 py-2 text-sm">
        {count.error ? count.error.message : count.data === undefined ? "Counting…" : `${capital(countText(count.data, noun))} to send.`}
        {count.data?.unsendable !== undefined && <span className="block text-ink-muted">{unsendableText(count.data.unsendable)}</span>}
      </p>
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting} disabled={count.data === undefined || count.data.count === 0}>
          Start replay
        </Button>
      </DialogActions>
    </Form>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
