/** A URL without what every URL starts with. */
const shown = (url: string): string => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

const leastTail = 8;
const mostTail = 16;

/** Where the end begins that is never cut: its last part, if that is neither very short nor very long. */
function tailOf(text: string): number {
  const last = text.length - text.lastIndexOf("/");
  return Math.max(0, text.length - Math.min(Math.max(last, leastTail), mostTail));
}

type UrlProps = { url: string; /** With its protocol. */ whole?: boolean; className?: string };

/** A URL on one line, cut in its middle where there is no room: its host tells whose it is, its end which of theirs. */
export function Url({ url, whole = false, className = "" }: UrlProps) {
  const text = whole ? url : shown(url);
  const at = tailOf(text);
  return (
    <span className={`relative flex min-w-0 font-mono text-xs ${className}`} title={url}>
      {/* Read in one piece: two boxes side by side are read as two words. */}
      <span className="sr-only select-none">{text}</span>
      <span aria-hidden="true" className="min-w-0 truncate">
        {text.slice(0, at)}
      </span>
      <span aria-hidden="true" className="shrink-0 whitespace-nowrap">
        {text.slice(at)}
      </span>
    </span>
  );
}
