"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EnvironmentSettings } from "../../lib/contract/environmentSettings.ts";
import { ApiError } from "../api.ts";
import { TextArea } from "../form/textArea.tsx";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { environmentSettingsQuery, usePatchSettings } from "./settingsQueries.ts";

/** How the portal's links work, and whose pages may show it in a frame. */
export function PortalFields({ disabled }: { disabled: boolean }) {
  const { data } = useQuery(environmentSettingsQuery);
  if (data === undefined) return null;
  // A new form begins when somebody else has saved.
  return <PortalForm key={data.portalOrigins.join(" ")} settings={data} disabled={disabled} />;
}

function PortalForm({ settings, disabled }: { settings: EnvironmentSettings; disabled: boolean }) {
  const [text, setText] = useState(settings.portalOrigins.join("\n"));
  const [fault, setFault] = useState<string>();
  const patch = usePatchSettings();
  const origins = text.split(/[\s,]+/).filter(Boolean);
  const isChanged = origins.join(" ") !== settings.portalOrigins.join(" ");
  const save = (body: Partial<EnvironmentSettings>) => {
    setFault(undefined);
    patch.mutate(body, {
      onSuccess: () => toast.good("Setting saved"),
      onError: (error) => {
        const issue = error instanceof ApiError ? error.issues[0] : undefined;
        const named = issue?.loc[1] === "portalOrigins" ? origins[Number(issue.loc[2])] : undefined;
        if (issue !== undefined && "portalOrigins" in body) setFault(named === undefined ? issue.msg : `${named} ${issue.msg}`);
        else toast.bad(error.message);
      },
    });
  };
  return (
    <div className="mt-5">
      <h3 className="mb-1.5 text-sm font-medium">Portal</h3>
      <label className="mb-3 flex max-w-prose items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-solid"
          checked={settings.singleUsePortalLinks}
          disabled={disabled || patch.isPending}
          onChange={(event) => save({ singleUsePortalLinks: event.target.checked })}
        />
        <span>
          Links work once
          <span className="block text-ink-muted">
            Otherwise until they expire. A product that shows the portal in its own page loads the link again at each visit.
          </span>
        </span>
      </label>
      <form
        className="max-w-prose space-y-2"
        onSubmit={(event) => {
          event.preventDefault();
          save({ portalOrigins: origins });
        }}
      >
        <TextArea
          label="Pages that may show the portal in a frame"
          help="One origin a line, such as https://app.example.com. None: no page of others. Links made before don’t know of a new one."
          rows={3}
          value={text}
          error={fault}
          disabled={disabled}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" variant="secondary" pending={patch.isPending} disabled={disabled || !isChanged}>
          Save origins
        </Button>
      </form>
    </div>
  );
}
