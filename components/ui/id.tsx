import { CopyButton } from "./copyButton.tsx";

const head = 9;
const tail = 5;

/** Shortened in the middle, whole when pointed at. `copy` adds the button; in rows leave it out. */
export function Id({ id, copy = false, label = "id" }: { id: string; copy?: boolean; label?: string }) {
  const text = (
    <code className="font-mono text-xs" title={id}>
      {shortId(id)}
    </code>
  );
  if (!copy) return text;
  return (
    <span className="inline-flex items-center gap-2">
      {text}
      <CopyButton text={id} label={label} />
    </span>
  );
}

/** `msg_2aXk…9QpZr` */
export const shortId = (id: string): string => (id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`);
