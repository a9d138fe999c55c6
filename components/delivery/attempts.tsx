"use client";

import { later } from "../ui/later.tsx";
import { Fragment, useId, type ReactNode } from "react";
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { AttemptPanel } from "./attemptPanel.tsx";
import type { Attempt } from "./difference.ts";
import { duration } from "./format.ts";
import { triesToCome, timeSpent, waitsBefore } from "./timeline.ts";
import { errorWords } from "../../lib/words/errorClass.ts";

const AttemptDifference = later(() => import("./attemptDifference.tsx").then((module) => module.AttemptDifference));

/** The attempts, newest first; the chosen one in full, or what differs from another. */
export function Attempts({
  delivery,
  children,
}: {
  delivery: DeliveryDetailOut;
  /** The payload: beside what came back. */ children: ReactNode;
}) {
  const url = useUrlState();
  const { attempts, message } = delivery;
  const chosen = attempts.find(({ attemptNumber }) => String(attemptNumber) === url.get("attempt")) ?? attempts[0];
  const waits = waitsBefore(delivery, attempts.length === delivery.attemptCount);
  const other = attempts.find(({ attemptNumber }) => String(attemptNumber) === url.get("compare"));
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts" className="mb-2 font-semibold">
        Attempts
      </h2>
      <Spent delivery={delivery} />
      <ol className="mb-4 max-h-96 overflow-y-auto rounded-md border border-line bg-surface" aria-label="Timeline">
        <Planned delivery={delivery} />
        {attempts.map((attempt, at) => (
          <Fragment key={attempt.id}>
            <li className="border-b border-line">
              <TimelineRow
                attempt={attempt}
                chosen={attempt === chosen}
                onChoose={() => url.set({ attempt: String(attempt.attemptNumber), compare: null }, { replace: true })}
              />
            </li>
            <Wait ms={waits[at] ?? null} attempt={attempt} />
          </Fragment>
        ))}
        <Accepted delivery={delivery} />
      </ol>
      {chosen === undefined ? (
        <>
          <p className="mb-4 rounded-md border border-line bg-surface p-4 text-sm text-ink-muted">
            {delivery.nextAttemptAt === null ? "No attempt was made." : "The first attempt has not been made yet."}
          </p>
          {children}
        </>
      ) : (
        <>
          {attempts.length > 1 && (
            <Comparison
              attempts={attempts.filter((attempt) => attempt !== chosen)}
              chosen={chosen}
              value={url.get("compare") ?? ""}
              onChange={(compare) => url.set({ compare }, { replace: true })}
            />
          )}
          {other !== undefined && other !== chosen ? (
            <>
              <AttemptDifference before={other} after={chosen} />
              <div className="mt-5">{children}</div>
            </>
          ) : (
            <AttemptPanel attempt={chosen} message={message} explained={chosen === attempts[0] && delivery.status !== "succeeded"}>
              {children}
            </AttemptPanel>
          )}
        </>
      )}
    </section>
  );
}

/** How long it took, and what of it was waiting. */
function Spent({ delivery }: { delivery: DeliveryDetailOut }) {
  const spent = timeSpent(delivery);
  if (spent === null) return null;
  const { wholeMs, sendingMs } = spent;
  return (
    <p className="mb-2 text-sm text-ink-muted">
      {delivery.succeededAt === null ? "Tried for" : "Delivered after"} {duration(wholeMs)}: {duration(sendingMs)} with the receiver,{" "}
      {duration(Math.max(0, wholeMs - sendingMs))} waiting.
    </p>
  );
}

const note = "border-b border-line px-3 py-1.5 text-sm text-ink-muted";

/** What will come, the last first, as the rows below it stand. */
function Planned({ delivery }: { delivery: DeliveryDetailOut }) {
  if (delivery.sending) return <li className={note}>An attempt is under way.</li>;
  const [next, ...later] = triesToCome(delivery);
  const last = later.at(-1) ?? next;
  if (next === undefined || last === undefined || delivery.endpointDisabled || delivery.endpointDeleted) return null;
  return (
    <>
      <li className={note}>
        Given up after that, if none of them succeeds: about <Time at={last} ahead />
      </li>
      {later.length > 0 && (
        <li className={note}>
          {later.length === 1 ? "One more try, about " : `${later.length} more tries, about `}
          {later.map((ms, at) => (
            <Fragment key={ms}>
              {at > 0 && ", "}
              <Time at={ms} ahead />
            </Fragment>
          ))}
        </li>
      )}
      <li className={`${note} text-ink!`}>
        Next try, {delivery.scheduledCount + 1} of {delivery.maxAttempts}: <Time at={next} ahead />
      </li>
    </>
  );
}

const shownWaitMs = 1_000;

const Wait = ({ ms, attempt }: { ms: number | null; attempt: Attempt }) =>
  ms === null || ms < shownWaitMs ? null : (
    <li className={`${note} pl-13`}>
      {attempt.trigger === "manual" ? "Resent after" : "Waited"} {duration(ms)}
    </li>
  );

const Accepted = ({ delivery }: { delivery: DeliveryDetailOut }) => (
  <li className="flex flex-wrap items-center gap-x-4 px-3 py-1.5 text-sm text-ink-muted">
    Accepted
    <span className="ml-auto">
      <Time at={delivery.createdAt} />
    </span>
  </li>
);

function TimelineRow({ attempt, chosen, onChoose }: { attempt: Attempt; chosen: boolean; onChoose: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={`flex min-h-10 w-full flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-left text-sm -outline-offset-2 hover:bg-sunken max-sm:min-h-11 ${chosen ? "bg-accent-wash" : ""}`}
    >
      <span className="w-6 text-ink-muted">{attempt.attemptNumber}</span>
      <span className="w-24">
        <Status tone={attempt.status === "succeeded" ? "good" : "bad"}>{attempt.status === "succeeded" ? "Succeeded" : "Failed"}</Status>
      </span>
      <span className="w-32">{answerOfAttempt(attempt)}</span>
      <span className="text-ink-muted">{duration(attempt.durationMs)}</span>
      {attempt.trigger === "manual" && <span className="text-ink-muted">Resend</span>}
      <span className="ml-auto text-ink-muted">
        <Time at={attempt.startedAt} />
      </span>
    </button>
  );
}

const answerOfAttempt = ({ responseStatusCode, errorClass }: Attempt): string =>
  responseStatusCode > 0 ? String(responseStatusCode) : errorClass === null ? "No answer" : errorWords[errorClass];

type ComparisonProps = { attempts: Attempt[]; chosen: Attempt; value: string; onChange: (attemptNumber: string) => void };

function Comparison({ attempts, chosen, value, onChange }: ComparisonProps) {
  const id = useId();
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id} className="text-ink-muted">
        Compare attempt {chosen.attemptNumber} with
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className={`${controlLook} w-auto!`}>
        <option value="">none</option>
        {attempts.map(({ attemptNumber }) => (
          <option key={attemptNumber} value={attemptNumber}>
            attempt {attemptNumber}
          </option>
        ))}
      </select>
      {value !== "" && (
        <Button variant="quiet" size="small" onClick={() => onChange("")}>
          Close comparison
        </Button>
      )}
    </div>
  );
}
