"use client";

import { useQuery } from "@tanstack/react-query";
import { searchIndexQuery } from "../delivery/searchIndex.ts";
import { toast } from "../ui/toast.tsx";
import { Time } from "../ui/time.tsx";
import { environmentSettingsQuery, usePatchSettings } from "./settingsQueries.ts";

/** What the log's links to the setting name. */
const anchor = "#payload-search";

/** The setting is drawn once it has been read: too late for the browser to find it by the address. */
function comeTo(field: HTMLElement | null): void {
  if (window.location.hash !== anchor || field === null) return;
  field.scrollIntoView({ block: "center" });
  field.querySelector("input")?.focus({ preventScroll: true });
}

/** Whether the log finds messages by words of their payloads. */
export function SearchField({ disabled }: { disabled: boolean }) {
  const { data } = useQuery(environmentSettingsQuery);
  const patch = usePatchSettings();
  if (data === undefined) return null;
  const save = (payloadSearch: boolean) =>
    patch.mutate({ payloadSearch }, { onSuccess: () => toast.good("Setting saved"), onError: (fault) => toast.bad(fault.message) });
  return (
    <div className="mt-5" ref={comeTo}>
      <h3 className="mb-1.5 text-sm font-medium">Search in payloads</h3>
      <label className="flex max-w-prose items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-solid"
          checked={data.payloadSearch}
          disabled={disabled || patch.isPending}
          onChange={(event) => save(event.target.checked)}
        />
        <span>
          The log finds messages by words of their payloads
          <span className="block text-ink-muted">
            Words are kept as hashes beside the messages, which takes room in the database, and go with their payloads.
          </span>
          {data.payloadSearch && <Reach />}
        </span>
      </label>
    </div>
  );
}

function Reach() {
  const { data } = useQuery(searchIndexQuery);
  if (data?.since == null) return null;
  return (
    <span className="block text-ink-muted">
      Messages since <Time at={data.since} /> are found.
    </span>
  );
}
