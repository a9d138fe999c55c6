import { buttonLook } from "./button.tsx";
import { Link } from "./link.tsx";
import { PageHeader } from "./pageHeader.tsx";
import { usePageTitle } from "./pageTitle.ts";
import { ErrorState, type ShownError } from "./states.tsx";

type Way = { href: string; label: string };

/** What is not there, with a way back: in place of a whole page. */
export function NotThere({ title, lead, back }: { title: string; lead: string; back: Way }) {
  usePageTitle(title);
  return (
    <>
      <PageHeader title={title} lead={lead} />
      <Link href={back.href} className={buttonLook("secondary", "small")}>
        {back.label}
      </Link>
    </>
  );
}

type PageErrorProps = { /** "endpoint" */ noun: string; error: ShownError; onRetry: () => void; back: Way };

/** A page whose one thing is not to be had: it isn't there, or could not be loaded. */
export function PageError({ noun, error, onRetry, back }: PageErrorProps) {
  if (error.status === 404)
    return (
      <NotThere
        title={`There is no such ${noun}`}
        lead="It was deleted, its record has expired, or the address is mistyped or of another environment."
        back={back}
      />
    );
  return (
    <>
      <PageHeader title={noun.charAt(0).toUpperCase() + noun.slice(1)} />
      <ErrorState what={`The ${noun}`} error={error} onRetry={onRetry} />
    </>
  );
}
