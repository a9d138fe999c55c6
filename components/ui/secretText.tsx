import { CopyButton } from "./copyButton.tsx";

/** A key or a link that is shown this once: whole, in monospace, to copy. */
export function SecretText({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex items-start gap-2 rounded-md border border-line bg-sunken p-3">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs wrap-anywhere">{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
