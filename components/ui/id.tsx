import { CopyButton } from "./copyButton.tsx";
import { ShortId } from "./shortId.tsx";

/** Shortened in the middle, whole when pointed at. `copy` adds the button; in rows leave it out. */
export function Id({ id, copy = false, label = "id" }: { id: string; copy?: boolean; label?: string }) {
  if (!copy) return <ShortId id={id} />;
  return (
    <span className="inline-flex items-center gap-2">
      <ShortId id={id} />
      <CopyButton text={id} label={label} />
    </span>
  );
}
