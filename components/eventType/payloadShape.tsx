"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PayloadShapeOut } from "../../lib/contract/payloadShape.ts";
import { May } from "../session/may.tsx";
import { percent } from "../statistics/percent.ts";
import { Button } from "../ui/button.tsx";
import { grouped } from "../ui/number.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { type EventType, payloadShapeQuery } from "./queries.ts";
import { driftBetween, newestOf, nextVersion, withSchema } from "./schemaFromPayloads.ts";
import { EventTypeMessageLink, Faults } from "./usage.tsx";

type Field = PayloadShapeOut["fields"][number];
type Change = PayloadShapeOut["changes"][number];
type Refusal = NonNullable<PayloadShapeOut["refusals"]>["latest"][number];

type PayloadShapeProps = {
  type: EventType;
  /** `schemasText`: the type's schemas with the new one. */ onMakeSchema: (schemasText: string) => void;
};

/** What the type's payloads are like, what has changed in them, and how that differs from the newest schema. */
export function PayloadShape({ type, onMakeSchema }: PayloadShapeProps) {
  const { data, error, refetch } = useQuery(payloadShapeQuery(type.name));
  const version = nextVersion(type.schemas);
  const schema = data?.schema ?? null;
  return (
    <section aria-labelledby="payload-shape" className="space-y-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div>
          <h2 id="payload-shape" className="text-lg font-semibold">
            Payloads as they are
          </h2>
          <p className="max-w-prose text-sm text-ink-muted">
            Fields that samples of the messages have, read in the background. Names and types are kept, values are not.
          </p>
        </div>
        {schema !== null && (
          <May least="member" ordinary>
            <Button variant="secondary" onClick={() => onMakeSchema(withSchema(type.schemasText, version, schema))}>
              Make schema version {version} of it
            </Button>
          </May>
        )}
      </div>
      {data !== undefined ? (
        <Loaded type={type} shape={data} />
      ) : error !== null ? (
        <ErrorState what="The shape of its payloads" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
    </section>
  );
}

function Loaded({ type, shape }: { type: EventType; shape: PayloadShapeOut }) {
  const { observed, unread, since, until, cut, fields, changes, refusals, schema } = shape;
  if (observed === 0)
    return (
      <p className="text-sm text-ink-muted">
        {unread === 0
          ? "No message of this type has been looked at yet. Its fields are here soon after the first; a quarter of an hour after, where the type was quiet for long."
          : "The payloads so far have no fields to look at, or are larger than 256 kB."}
      </p>
    );
  const newest = newestOf(type.schemas);
  return (
    <>
      <p className="text-sm text-ink-muted">
        {`${grouped(observed)} ${observed === 1 ? "payload" : "payloads"} looked into`}
        {since !== null && until !== null && (
          <>
            , accepted from <Time at={since} interactive /> to <Time at={until} interactive />
          </>
        )}
        {unread > 0 && `; ${grouped(unread)} more could not be`}
        {cut && ". There are more fields than the thousand that are kept"}.
      </p>
      {newest !== null && schema !== null && (
        <DriftList version={newest} drift={driftBetween((type.schemas ?? {})[newest] as Record<string, unknown>, schema)} />
      )}
      {refusals !== null && refusals.count > 0 && <Refusals {...refusals} />}
      <Fields fields={fields} />
      {changes.length > 0 && (
        <Box title="What has changed">
          {changes.map((change) => (
            <Row key={`${change.at} ${change.path} ${change.kind}`} path={change.path} what={changeText(change)}>
              <span className="ml-auto text-ink-muted">
                <Time at={change.at} interactive />
              </span>
            </Row>
          ))}
        </Box>
      )}
    </>
  );
}

const fieldsAtOnce = 30;

function Fields({ fields }: { fields: Field[] }) {
  const [showsAll, setShowsAll] = useState(false);
  return (
    <>
      <Table
        caption="Fields of payloads"
        columns={fieldColumns}
        rows={showsAll ? fields : fields.slice(0, fieldsAtOnce)}
        rowId={({ path }) => path}
      />
      {!showsAll && fields.length > fieldsAtOnce && (
        <Button variant="secondary" size="small" onClick={() => setShowsAll(true)}>
          Show all {grouped(fields.length)} fields
        </Button>
      )}
    </>
  );
}

const fieldColumns: Column<Field>[] = [
  {
    key: "path",
    header: "Field",
    cell: ({ path }) => (
      <span className="font-mono text-xs" title={path}>
        {path}
      </span>
    ),
  },
  { key: "types", header: "Type", cell: (field) => <Types {...field} />, width: "w-56", phone: "meta" },
  { key: "there", header: "There", cell: (field) => <There {...field} />, width: "w-28", phone: "aside" },
  {
    key: "first",
    header: "First seen",
    cell: ({ firstSeenAt }) => <Time at={firstSeenAt} />,
    width: "w-28",
    align: "right",
    phone: "hidden",
  },
  { key: "last", header: "Last seen", cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />, width: "w-28", align: "right", phone: "hidden" },
];

function Types({ types, format }: Field) {
  const total = types.reduce((sum, { count }) => sum + count, 0);
  const usual = types.toSorted((a, b) => b.count - a.count);
  return (
    <span className="text-sm" title={usual.map(({ type, count }) => `${type} ${grouped(count)} times`).join(", ")}>
      {usual.map(({ type, count }) => `${type}${usual.length > 1 ? ` ${percent(count / total)}` : ""}`).join(", ")}
      {format !== null && <span className="text-ink-muted"> ({format})</span>}
    </span>
  );
}

function There({ share, required, gone }: Field) {
  if (gone) return <Status tone="warn">Gone</Status>;
  if (share === null) return <span className="text-ink-muted">–</span>;
  return <span className={required ? "" : "text-ink-muted"}>{required ? "Always" : percent(share)}</span>;
}

function changeText({ kind, from, to }: Change): string {
  const [before, now] = [from.join(" or "), to.join(" or ")];
  switch (kind) {
    case "appeared":
      return `appeared: ${now}`;
    case "returned":
      return `is there again: ${now}`;
    case "disappeared":
      return "is not there any more";
    case "optional":
      return "was missing for the first time";
    case "null":
      return `was null for the first time, after ${before}`;
    case "type":
      return `was ${now} for the first time, after ${before}`;
  }
}

function DriftList({ version, drift }: { version: string; drift: ReturnType<typeof driftBetween> }) {
  const faults = drift.filter(({ isFault }) => isFault).length;
  const title = faults === 0 ? `The payloads are what version ${version} says` : `The payloads differ from version ${version}`;
  return (
    <Box title={title}>
      {drift.map(({ path, what, isFault }) => (
        <Row key={`${path} ${what}`} path={path} what={what}>
          <Status tone={isFault ? "warn" : "off"}>{isFault ? "Differs" : "Unused"}</Status>
        </Row>
      ))}
    </Box>
  );
}

function Refusals({ schemaVersion, checked, count, latest }: NonNullable<PayloadShapeOut["refusals"]>) {
  return (
    <>
      <p className="text-sm">{`Version ${schemaVersion} would refuse ${grouped(count)} of the ${grouped(checked)} payloads that were held against it.`}</p>
      <Table caption="Payloads that the schema would refuse" columns={refusalColumns} rows={latest} rowId={({ messageId }) => messageId} />
    </>
  );
}

const refusalColumns: Column<Refusal>[] = [
  { key: "message", header: "Message", cell: ({ messageId }) => <EventTypeMessageLink id={messageId} />, width: "w-44" },
  { key: "fault", header: "What does not fit", cell: ({ path, message }) => <Faults faults={[{ path, message }]} />, phone: "meta" },
  { key: "time", header: "Accepted", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "aside" },
];

const Box = ({ title, children }: { title: string; children: ReactNode[] }) => (
  <section aria-label={title} className="rounded-md border border-line">
    <p className={`p-3 font-medium ${children.length > 0 ? "border-b border-line" : ""}`}>{title}</p>
    {children.length > 0 && <ul className="max-h-80 divide-y divide-line overflow-y-auto text-sm">{children}</ul>}
  </section>
);

const Row = ({ path, what, children }: { path: string; what: string; children: ReactNode }) => (
  <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
    <code className="font-mono text-xs wrap-anywhere">{path === "" ? "(payload)" : path}</code>
    <span className="text-ink-muted wrap-anywhere">{what}</span>
    {children}
  </li>
);
