import { CopyButton } from "./copyButton.tsx";
import { Link } from "./link.tsx";
import { ShortId } from "./shortId.tsx";

type IdProps = { id: string; copy?: boolean; label?: string; /** The page of what it names. */ href?: string };

/** Shortened in the middle, whole when pointed at. `copy` adds the button; in rows leave it out. */
export function Id({ id, copy = false, label = "id", href }: IdProps) {
  const text = <ShortId id={id} />;
  const shown =
    href === undefined ? (
      text
    ) : (
      <Link href={href} className="underline underline-offset-4">
        {text}
      </Link>
    );
  if (!copy) return shown;
  return (
    <span className="inline-flex items-center gap-2">
      {shown}
      <CopyButton text={id} label={label} />
    </span>
  );
}
