"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useId, useState, type FormEvent } from "react";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Select } from "../ui/select.tsx";
import { toast } from "../ui/toast.tsx";
import { type Count, type EndpointKey, type ReplayKind, replayCountQuery, useReplay } from "./queries.ts";
import { grouped } from "../ui/number.ts";
import { hourMs } from "../../lib/words/duration.ts";

const plurals = { delivery: "deliveries", message: "messages" } as const;

/** "1 delivery", "more than 10,000 messages" */
export const countText = ({ count, capped }: Count, noun: keyof typeof plurals): string =>
  `${capped ? "more than " : ""}${grouped(count)} ${count === 1 && !capped ? noun : plurals[noun]}`;

const kinds = {
  recover: { label: "What failed", help: "One attempt for each message that failed and never succeeded.", noun: "delivery" },
  "replay-missing": {
    label: "What was never attempted",
    help: "Messages that match today’s filters, but came before the endpoint existed, or while it was disabled.",
    noun: "message",
  },
  "bulk-replay": {
    label: "Everything again",
    help: "Also what succeeded. Receivers must recognise repeated webhook-ids.",
    noun: "delivery",
  },
} as const satisfies Record<ReplayKind, object>;

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
  const [kind, setKind] = useState<ReplayKind>(initial);
  const [span, setSpan] = useState("24");
  // Counted and sent is the same range, so it stands still while the dialog is open.
  const [nowMs] = useState(() => Date.now());
  const [rate, setRate] = useState("");
  const ratePerSecond = rate.trim() === "" ? null : Number(rate);
  const isRateWrong = ratePerSecond !== null && !(Number.isInteger(ratePerSecond) && ratePerSecond >= 1 && ratePerSecond <= 10_000);
  const range = { kind, since: new Date(nowMs - Number(span) * hourMs).toISOString(), until: new Date(nowMs).toISOString() };
  const count = useQuery(replayCountQuery(endpointKey, { ...range, ratePerSecond: null }));
  const replay = useReplay(endpointKey);
  const { noun, help } = kinds[kind];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isRateWrong || count.data === undefined || count.data.count === 0) return;
    replay.mutate(
      { ...range, ratePerSecond },
      {
        onSuccess: () => {
          close();
          toast.good(
            "Replay started",
            <Link className="font-medium underline underline-offset-2" href={path("/jobs")}>
              Show job
            </Link>,
          );
        },
      },
    );
  };

  return (
    <form onSubmit={submit} className="space-y-4" noValidate>
      {replay.error && <Alert tone="bad" live title={replay.error.message} />}
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
                onChange={() => setKind(one)}
              />
              <span>
                {kinds[one].label}
                {kind === one && <span className="block text-ink-muted">{help}</span>}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div>
        <label htmlFor={`${id}-span`} className="mb-1.5 block text-sm font-medium">
          Messages of
        </label>
        <Select id={`${id}-span`} options={spans} value={span} onChange={(event) => setSpan(event.target.value)} />
      </div>
      <div>
        <label htmlFor={`${id}-rate`} className="mb-1.5 block text-sm font-medium">
          At most per second
        </label>
        <input
          id={`${id}-rate`}
          inputMode="numeric"
          placeholder={kind === "replay-missing" ? "Begins slowly, goes faster as it is taken" : "No limit"}
          autoComplete="off"
          className={controlLook}
          value={rate}
          aria-invalid={isRateWrong || undefined}
          aria-describedby={`${id}-rate-help`}
          onChange={(event) => setRate(event.target.value)}
        />
        <p id={`${id}-rate-help`} className={`mt-1.5 text-sm ${isRateWrong ? "text-bad" : "text-ink-muted"}`}>
          A whole number from 1 to 10,000, or nothing.
        </p>
      </div>
      <p aria-live="polite" className="rounded-md border border-line bg-sunken px-3 py-2 text-sm">
        {count.error ? count.error.message : count.data === undefined ? "Counting…" : `${capital(countText(count.data, noun))} to send.`}
      </p>
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={replay.isPending} disabled={count.data === undefined || count.data.count === 0}>
          Start replay
        </Button>
      </DialogActions>
    </form>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
