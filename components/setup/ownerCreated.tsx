"use client";

import { useEffect, useRef, useState } from "react";
import { FirstMessage } from "../firstMessage/firstMessage.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";

/** The API key is stored hashed, so this is the only time that anyone sees it. */
export function OwnerCreated({ url, email, apiKey, start }: { url: string; email: string; apiKey: string; start: string }) {
  const [copied, setCopied] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  // The form that had the focus is gone.
  useEffect(() => heading.current?.focus(), []);

  useEffect(() => {
    if (copied) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [copied]);

  return (
    <div className="space-y-9">
      <section aria-labelledby="api-key">
        <h2 id="api-key" ref={heading} tabIndex={-1} className="mb-3 text-lg font-semibold outline-none">
          Owner created. This is your API key
        </h2>
        <div className="space-y-3">
          <div className="flex items-center gap-2 rounded-md border border-line bg-surface p-2 pl-3 max-sm:flex-col max-sm:items-stretch">
            <code className="min-w-0 flex-1 font-mono text-sm break-all" data-testid="api-key">
              {apiKey}
            </code>
            <CopyButton text={apiKey} label="API key" onCopied={() => setCopied(true)} />
          </div>
          <Alert tone="warn" title="It is shown this one time">
            Webster keeps only a hash of it. Put it where your secrets are before you leave this page.
          </Alert>
          <Button className="max-sm:w-full" onClick={() => window.location.assign(start)}>
            Open the dashboard
          </Button>
          <p className="text-sm text-ink-muted">
            The key belongs to the environment Production. The owner is <span className="break-all text-ink">{email}</span>.
          </p>
        </div>
      </section>
      <FirstMessage url={url} apiKey={apiKey} />
    </div>
  );
}
