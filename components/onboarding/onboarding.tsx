import { Link } from "../ui/link.tsx";
import { buttonLook } from "../ui/button.tsx";
import { EmptyState } from "../ui/states.tsx";

/** The first page of an environment in which nothing has happened yet. */
export function Onboarding({ base }: { base: string }) {
  return (
    <EmptyState
      title="Nothing was sent yet"
      action={
        <Link href={`${base}/playground`} className={buttonLook("primary", "small")}>
          Open the playground
        </Link>
      }
    >
      The playground leads from an endpoint over a test message to a verified signature, with a receiver of Webster&apos;s own.
    </EmptyState>
  );
}
