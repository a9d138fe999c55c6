import Link from "next/link";
import { Page } from "../components/brand/page.tsx";

export default function NotFound() {
  return (
    <Page title="There is no such page" lead="The address may be mistyped, or the page has moved.">
      <Link href="/" className="text-accent underline underline-offset-2">
        Go to the start page
      </Link>
    </Page>
  );
}
