"use client";

import { useQuery } from "@tanstack/react-query";
import type { EnvironmentSettings } from "../../lib/contract/environmentSettings.ts";
import { type Faults, faultsOf } from "../form/faults.ts";
import { Form } from "../form/form.tsx";
import { TextArea } from "../form/textArea.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { wordsOf } from "../form/words.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { environmentSettingsQuery, usePatchSettings } from "./settingsQueries.ts";

/** How the portal's links work, and whose pages may show it in a frame. */
export function PortalFields({ disabled }: { disabled: boolean }) {
  const { data } = useQuery(environmentSettingsQuery);
  if (data === undefined) return null;
  return <PortalForm settings={data} disabled={disabled} />;
}

const rule = async () => (await import("../../lib/contract/environmentSettings.ts")).EnvironmentSettingsPatch;

/** Which origin it is that is wrong. */
async function faultsOfOrigins(origins: string[]): Promise<Faults> {
  for (const origin of origins) {
    const { portalOrigins: fault } = await faultsOf(rule, { portalOrigins: [origin] });
    if (fault !== undefined) return { portalOrigins: `${origin} ${fault}` };
  }
  return faultsOf(rule, { portalOrigins: origins });
}

const draftOf = ({ portalOrigins }: EnvironmentSettings) => ({ portalOrigins: portalOrigins.join("\n") });

function PortalForm({ settings, disabled }: { settings: EnvironmentSettings; disabled: boolean }) {
  const patch = usePatchSettings();
  const ask = useAskAnew();
  const form = useApiForm({
    initial: draftOf(settings),
    fresh: async () => draftOf(await ask(environmentSettingsQuery)),
    title: "The origins were not saved",
    check: ({ portalOrigins }) => faultsOfOrigins(wordsOf(portalOrigins)),
    save: async ({ portalOrigins }) => {
      await patch.mutateAsync({ portalOrigins: wordsOf(portalOrigins) });
      toast.good("Setting saved");
    },
  });
  const switchSingleUse = (singleUsePortalLinks: boolean) =>
    patch.mutate({ singleUsePortalLinks }, { onSuccess: () => toast.good("Setting saved"), onError: (error) => toast.bad(error.message) });
  return (
    <div className="mt-5">
      <h3 className="mb-1.5 text-sm font-medium">Portal</h3>
      <label className="mb-3 flex max-w-prose items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-solid"
          checked={settings.singleUsePortalLinks}
          disabled={disabled || patch.isPending}
          onChange={(event) => switchSingleUse(event.target.checked)}
        />
        <span>
          Links work once
          <span className="block text-ink-muted">
            Otherwise until they expire. A product that shows the portal in its own page loads the link again at each visit.
          </span>
        </span>
      </label>
      <Form form={form} className="max-w-prose space-y-2">
        <TextArea
          label="Pages that may show the portal in a frame"
          help="One origin per line, such as https://app.example.com. Empty: none but Webster’s own. Links made earlier do not allow a new origin."
          rows={3}
          value={form.draft.portalOrigins}
          error={form.faults["portalOrigins"]}
          disabled={disabled}
          onChange={(event) => form.set({ portalOrigins: event.target.value })}
        />
        <Button type="submit" variant="secondary" pending={form.isSubmitting} disabled={disabled || !form.isUnsaved}>
          Save origins
        </Button>
      </Form>
    </div>
  );
}
