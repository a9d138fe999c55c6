import type { ReactNode } from "react";
import { ErrorIcon, SuccessIcon } from "../ui/icons.tsx";

type Status = {
  /** Webster's public address, without a trailing slash. */
  url: string;
  /** The API answers and its database can be reached. */
  ready: boolean;
  /** The delivery engine runs in this process; if not, in workers of their own. */
  delivers: boolean;
};

/** What is running here, without anything that a stranger should not know. */
export function ServerStatus({ url, ready, delivers }: Status) {
  return (
    <dl className="divide-y divide-line border-y border-line">
      <Row part="API" state={ready ? <Good>Ready</Good> : <Bad>No database</Bad>}>
        Speaks the Svix API: use an official <code className="font-mono text-xs">svix</code> SDK with this address, or any client of the{" "}
        <a href={`${url}/api/v1/openapi.json`} className="text-accent underline underline-offset-2">
          OpenAPI document
        </a>
      </Row>
      <Row part="Health check" state={<code className="font-mono text-xs/[1.375rem]">GET /health</code>}>
        204 when ready, 503 when the database is away; no key needed
      </Row>
      <Row part="Delivery" state={delivers ? <Good>Running</Good> : "Elsewhere"}>
        {delivers ? "Signs, sends and retries in this process" : "Left to worker processes on the same database"}
      </Row>
    </dl>
  );
}

function Row({ part, state, children }: { part: string; state: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-4 py-2 sm:grid sm:grid-cols-[7rem_8rem_1fr]">
      <dt className="font-medium">{part}</dt>
      <dd className="flex items-center gap-1.5 self-start max-sm:ml-auto">{state}</dd>
      <dd className="text-sm/[1.375rem] text-ink-muted max-sm:w-full">{children}</dd>
    </div>
  );
}

const Good = ({ children }: { children: ReactNode }) => (
  <span className="flex items-center gap-1.5 text-good">
    <SuccessIcon />
    {children}
  </span>
);

const Bad = ({ children }: { children: ReactNode }) => (
  <span className="flex items-center gap-1.5 text-bad">
    <ErrorIcon />
    {children}
  </span>
);
