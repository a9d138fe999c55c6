import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";

/** Where in the provider's own settings to look. */
export function ProviderHint({ provider: { hint, label, docsUrl } }: { provider: SourceProviderOut }) {
  if (hint === "" && docsUrl === "") return null;
  return (
    <p className="mb-4 max-w-2xl text-sm text-ink-muted">
      {hint}
      {docsUrl !== "" && (
        <>
          {hint !== "" && " "}
          <a className="underline underline-offset-2" href={docsUrl} target="_blank" rel="noreferrer">
            {label}’s own document
          </a>
        </>
      )}
    </p>
  );
}
