"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { EnvironmentSettings } from "../../lib/contract/environmentSettings.ts";
import { SavedSelect } from "../form/savedSelect.tsx";
import { toast } from "../ui/toast.tsx";
import { environmentSettingsQuery, usePatchSettings } from "./settingsQueries.ts";

const lifetimes = [0, 7, 30, 90, 180, 365];
const wordsOf = (days: number): string =>
  days === 0 ? "As long as whoever makes one wants" : days === 365 ? "A year at most" : `${days} days at most`;

/** What API keys of the environment may be. */
export function KeyFields({ disabled }: { disabled: boolean }) {
  const { data } = useQuery(environmentSettingsQuery);
  const patch = usePatchSettings();
  const id = useId();
  if (data === undefined) return null;
  const save = (body: Partial<EnvironmentSettings>) =>
    patch.mutate(body, { onSuccess: () => toast.good("Setting saved"), onError: (fault) => toast.bad(fault.message) });
  const days = [...new Set([...lifetimes, data.maximumKeyDays])].toSorted((a, b) => a - b);
  return (
    <div className="mt-5">
      <h3 className="mb-1.5 text-sm font-medium">API keys</h3>
      <label className="mb-3 flex max-w-prose items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-solid"
          checked={data.keysMayMakeKeys}
          disabled={disabled || patch.isPending}
          onChange={(event) => save({ keysMayMakeKeys: event.target.checked })}
        />
        <span>
          Keys may make keys
          <span className="block text-ink-muted">
            Otherwise only members do, and keys that may manage. None makes a stronger or longer-lived one.
          </span>
        </span>
      </label>
      <label htmlFor={id} className="mb-1.5 block text-sm">
        New keys last
      </label>
      <SavedSelect
        id={id}
        className="max-w-xs"
        options={days.map((one) => ({ value: String(one), label: wordsOf(one) }))}
        value={String(data.maximumKeyDays)}
        saveLabel="Save lifetime"
        disabled={disabled}
        pending={patch.isPending}
        onSave={(chosen) => save({ maximumKeyDays: Number(chosen) })}
      />
    </div>
  );
}
