import { Page } from "../components/brand/page.tsx";

const start = "/";

export default function NotFound() {
  return (
    <Page title="There is no such page" lead="The address may be mistyped, or the page has moved.">
      <a href={start} className="text-accent underline underline-offset-2">
        Go to the start page
      </a>
    </Page>
  );
}
