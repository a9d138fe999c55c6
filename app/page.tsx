import { redirect } from "next/navigation";
import { connection } from "next/server";
import { Page } from "../components/brand/page.tsx";
import { FirstMessage } from "../components/firstMessage/firstMessage.tsx";
import { ServerStatus } from "../components/status/serverStatus.tsx";
import { Alert } from "../components/ui/alert.tsx";
import { needsOwner } from "../lib/services/team/bootstrap.ts";
import { deliversHere } from "../lib/services/system/health.ts";
import { api } from "./api.ts";
import { publicUrl } from "./publicUrl.ts";
import { homeOf, readSession } from "./session.ts";

// The page shows the server as it is now.
export const instant = false;

export default async function StatusPage({ searchParams }: PageProps<"/">) {
  await connection();
  const { organization } = await searchParams;
  const [url, health] = await Promise.all([publicUrl(), api().request("/api/v1/health")]);
  const unowned = health.ok && (await needsOwner());
  if (health.ok && !unowned) redirect(await startPath(typeof organization === "string" ? organization : null));
  return (
    <Page title="Webster is running" lead="It accepts messages through its API, delivers them signed, and retries what fails.">
      <div className="space-y-9">
        {!health.ok && (
          <Alert tone="bad" title="The database can't be reached">
            Webster answers 503 until it is back; senders that retry lose nothing. Its log says what failed.
          </Alert>
        )}
        {unowned && (
          <Alert tone="warn" title="This Webster has no owner yet">
            Open the one-time link that stands in the terminal where Webster was started. It creates the owner and gives you the first API
            key. The link works for a day; each start prints a new one.
          </Alert>
        )}
        <ServerStatus url={url} ready={health.ok} delivers={deliversHere()} />
        <FirstMessage url={url} apiKey={null} />
      </div>
    </Page>
  );
}

/** `organizationId`: where to start, if it can be there. */
async function startPath(organizationId: string | null): Promise<string> {
  const session = await readSession();
  return (session && (await homeOf(session, organizationId))) ?? "/login";
}
