"use client";

import type { EndpointProbeOut } from "../../lib/contract/probe.ts";
import type { EndpointSignatureIn } from "../../lib/contract/signature.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorIcon, InfoIcon, SuccessIcon } from "../ui/icons.tsx";
import { useProbe } from "./queries.ts";

const names = { url: "URL", dns: "DNS", address: "Address", tls: "TLS", response: "Answer" } as const;

const look = {
  ok: { Icon: SuccessIcon, color: "text-good", word: "OK" },
  failed: { Icon: ErrorIcon, color: "text-bad", word: "Failed" },
  skipped: { Icon: InfoIcon, color: "text-ink-muted", word: "Skipped" },
} as const;

/** Tries out the URL as a delivery would, before it is saved. */
export function Probe({ url, signature }: { url: string; signature: EndpointSignatureIn }) {
  const probe = useProbe();
  const isOfUrl = probe.variables?.url === url;
  const result = isOfUrl ? probe.data : undefined;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button
          variant="secondary"
          size="small"
          pending={probe.isPending}
          disabled={url.trim() === ""}
          onClick={() => probe.mutate({ url, signature })}
        >
          {probe.isPending ? "Probing…" : "Probe URL"}
        </Button>
        <p className="text-sm text-ink-muted">Checks name, address and TLS, and sends one signed ping. Saving does not wait for it.</p>
      </div>
      <div aria-live="polite">
        {probe.isError && isOfUrl && <Alert tone="bad" title={probe.error.message} />}
        {result && <ProbeResult result={result} />}
      </div>
    </div>
  );
}

function ProbeResult({ result }: { result: EndpointProbeOut }) {
  return (
    <section aria-label="Result of the probe" className="rounded-md border border-line bg-surface text-sm">
      <p className={`flex items-center gap-2 border-b border-line px-3 py-2 font-medium ${result.ok ? "text-good" : "text-bad"}`}>
        {result.ok ? <SuccessIcon /> : <ErrorIcon />}
        <span>{result.ok ? "Ready to receive" : "Not ready to receive"}</span>
        <span className="ml-auto font-normal text-ink-muted">{result.durationMs} ms</span>
      </p>
      <ol>
        {result.steps.map(({ name, status, detail, durationMs }) => {
          const { Icon, color, word } = look[status];
          return (
            <li key={name} className="flex items-start gap-2 px-3 py-1.5">
              <Icon className={`mt-0.5 size-4 ${color}`} />
              <span className="w-16 shrink-0">
                {names[name]}
                <span className="sr-only">: {word}</span>
              </span>
              <span className="min-w-0 flex-1 text-ink-muted">{detail}</span>
              {durationMs !== null && <span className="shrink-0 text-ink-muted">{durationMs} ms</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
