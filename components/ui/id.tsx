import { CopyButton } from "./copyButton.tsx";
import { Link } from "./link.tsx";
import { ShortId } from "./shortId.tsx";

type IdProps = { id: string; copy?: boolean; label?: string; /** The page of what it names. */ href?: string | undefined };

/** Shortened in the middle, whole when pointed at. `copy` adds the button; in rows leave it out. */
export function Id({ id, copy = false, label = "id", href }: IdProps) {
  const text = <ShortId id={id} />;
  const shown = href ? <Link href={href} className="underline underline-offset-4" children={text} /> : text;
  if (!copy) return shown;
  return (
    <span className="inline-flex items-center gap-2">
      {shown}
      <CopyButton text={id} label={label} />
    </span>
  );
}
