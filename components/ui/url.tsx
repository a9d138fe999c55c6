/** A URL without what every URL starts with. */
const shown = (url: string): string => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

const leastTail = 8;
const mostTail = 16;

/** Where the end begins that is never cut: its last part, if that is neither very short nor very long. */
function tailOf(text: string): number {
  const last = text.length - text.lastIndexOf("/");
  return Math.max(0, text.length - Math.min(Math.max(last, leastTail), mostTail));
}

/** Where the host ends; where the end begins, if there is nothing but a host. */
function hostEndOf(text: string, tailAt: number): number {
  const scheme = text.indexOf("://");
  const slash = text.indexOf("/", scheme < 0 ? 0 : scheme + 3);
  return slash < 0 ? tailAt : slash;
}

type UrlProps = { url: string; /** With its protocol. */ whole?: boolean; className?: string };

/**
 * A URL on one line, cut in its middle where there is no room: its host tells whose it is, its end which of theirs. Where there is
 * not even room for both, the end gives way first.
 */
export function Url({ url, whole = false, className = "" }: UrlProps) {
  const text = whole ? url : shown(url);
  const tailAt = tailOf(text);
  const hostEnd = hostEndOf(text, tailAt);
  const [host, path, tail] = [text.slice(0, hostEnd), text.slice(hostEnd, tailAt), text.slice(Math.max(hostEnd, tailAt))];
  return (
    <span className={`relative flex min-w-0 font-mono text-xs ${className}`} title={url}>
      {/* Read in one piece: two boxes side by side are read as two words. */}
      <span className="sr-only select-none">{text}</span>
      <span aria-hidden="true" className="min-w-0 truncate">
        {host}
      </span>
      {path !== "" && (
        <span aria-hidden="true" className="min-w-[2ch] shrink-[9999] truncate">
          {path}
        </span>
      )}
      <span aria-hidden="true" className={`min-w-0 truncate ${host === "" ? "" : "shrink-2"}`}>
        {tail}
      </span>
    </span>
  );
}
