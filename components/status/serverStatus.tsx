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
    <table className="w-full text-left">
      <caption className="sr-only">The parts of this server</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Part</th>
          <th scope="col">State</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        <Row part="API" state={ready ? <Good>Ready</Good> : <Bad>No database</Bad>}>
          Speaks the Svix API: use an official <code className="font-mono text-xs">svix</code> SDK with this address, or any client of the{" "}
          <a href={`${url}/api/v1/openapi.json`} className="text-accent underline underline-offset-2">
            OpenAPI document
          </a>
        </Row>
        <Row part="Health" state={ready ? <Good>204 No Content</Good> : <Bad>503 Unavailable</Bad>}>
          For probes: <code className="font-mono text-xs">GET /health</code>, also without a key
        </Row>
        <Row part="Delivery" state={delivers ? <Good>Here</Good> : "Elsewhere"}>
          {delivers ? "Sends, signs and retries in this process" : "Left to worker processes on the same database"}
        </Row>
        <Row part="Dashboard" state="Not yet">
          Everything that Webster does so far is in its API
        </Row>
      </tbody>
    </table>
  );
}

function Row({ part, state, children }: { part: string; state: ReactNode; children: ReactNode }) {
  return (
    <tr className="border-t border-line last:border-b max-sm:block max-sm:py-2">
      <th scope="row" className="w-28 py-2 pr-4 align-top font-medium max-sm:float-left max-sm:block max-sm:w-auto max-sm:py-0">
        {part}
      </th>
      <td className="w-40 py-2 pr-4 align-top whitespace-nowrap max-sm:block max-sm:w-auto max-sm:py-0">{state}</td>
      <td className="py-2 align-top text-sm/[1.375rem] text-ink-muted max-sm:block max-sm:py-0">{children}</td>
    </tr>
  );
}

const Good = ({ children }: { children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 text-good">
    <SuccessIcon />
    {children}
  </span>
);

const Bad = ({ children }: { children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 text-bad">
    <ErrorIcon />
    {children}
  </span>
);
