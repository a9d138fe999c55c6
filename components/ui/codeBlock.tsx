import { CopyButton } from "./copyButton.tsx";

type CodeBlockProps = {
  /** Says what the text is; also names the copy button. */
  caption: string;
  code: string;
};

export function CodeBlock({ caption, code }: CodeBlockProps) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-surface">
      <figcaption className="flex items-center justify-between gap-3 border-b border-line py-1.5 pr-1.5 pl-3 text-sm text-ink-muted">
        {caption}
        <CopyButton text={code} label={caption} />
      </figcaption>
      {/* Wrapped, not scrolled: all of it can be read on a phone, and copying gives the lines as they are. */}
      <pre className="bg-sunken px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
