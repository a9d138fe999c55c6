"use client";

// A new document: nothing of the broken one is carried on.
const start = "/";

/**
 * Drawn with nothing of the pages' own: each page loads it, for the case that it fails. `digest` also stands in the server's log,
 * beside what went wrong.
 */
export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6 sm:py-10">
      <p className="mb-8 text-lg font-semibold tracking-tight">
        <a href={start}>Webster</a>
      </p>
      <h1 className="text-xl font-semibold tracking-tight text-balance">This page could not be shown</h1>
      <p className="mt-1.5 mb-6 max-w-prose text-ink-muted">
        Something failed in Webster. Messages that were accepted are safe, and go on being delivered.
      </p>
      <button
        type="button"
        onClick={retry}
        className="h-9 rounded-md bg-solid px-3.5 text-sm font-medium text-on-solid hover:bg-solid-hover max-sm:h-11"
      >
        Try again
      </button>
      {error.digest && (
        <p className="mt-4 text-sm text-ink-muted">
          If it fails again, look for <code className="font-mono text-ink">{error.digest}</code> in the server&rsquo;s log.
        </p>
      )}
    </main>
  );
}
