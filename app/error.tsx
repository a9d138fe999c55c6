"use client";

import { Page } from "../components/brand/page.tsx";
import { Button } from "../components/ui/button.tsx";

/** `digest` also stands in the server's log, beside what went wrong. */
export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <Page
      title="This page could not be shown"
      lead="Something failed in Webster. Messages that were accepted are safe, and go on being delivered."
    >
      <div className="space-y-4">
        <Button onClick={retry}>Try again</Button>
        {error.digest && (
          <p className="text-sm text-ink-muted">
            If it fails again, look for <code className="font-mono text-ink">{error.digest}</code> in the server&rsquo;s log.
          </p>
        )}
      </div>
    </Page>
  );
}
