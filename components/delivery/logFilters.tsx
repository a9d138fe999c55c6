"use client";

import { deliveryStatuses, errorClassList } from "./options.ts";
import type { ReactNode } from "react";
import { usePortal } from "../session/portalSession.tsx";
import { Button } from "../ui/button.tsx";
import { FilterPicker } from "../search/filterPicker.tsx";
import { FilterBar, FilterMenu, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import type { Step } from "../ui/urlState.ts";
import type { FilterFaultOf } from "../ui/filterFault.ts";
import { type Filters, type LogSort, filterOfId, isFiltered } from "./filters.ts";
import { ShownMoment } from "./shownMoment.ts";
import { TimeFilter } from "./timeFilter.tsx";
import { payloadSearchOff } from "../../lib/words/payloadSearch.ts";

type LogFiltersProps = {
  filters: Filters;
  /** Whose deliveries they are, where that is no question. */
  of: Partial<Filters> | undefined;
  sort: LogSort;
  change: (part: Partial<Filters>, step?: Step) => void;
  sortBy: (sort: LogSort) => void;
  clear: () => void;
  /** What the API can't take of them. */
  fault: FilterFaultOf | null;
};

const answers = [
  { value: "2xx", label: "2xx" },
  { value: "3xx", label: "3xx" },
  { value: "4xx", label: "4xx" },
  { value: "429", label: "429" },
  { value: "5xx", label: "5xx" },
  { value: "0", label: "No answer" },
];

const tries = ["1", "2", "3", "5", "8"].map((value) => ({ value, label: `${value} or more tries` }));

const sorts: { value: LogSort; label: string }[] = [{ value: "lastAttemptAt", label: "Last attempt" }];

export function LogFilters({ filters, of, sort, change, sortBy, clear, fault }: LogFiltersProps) {
  const isPortal = usePortal() !== null;
  const faultOf = (name: string) => (fault?.name === name ? fault.text : undefined);
  const one = (value: string) => (value === "" ? [] : [value]);
  const isListed = (code: string) => answers.some(({ value }) => value === code);
  const [listed, typed] = [filters.httpStatus.filter(isListed), filters.httpStatus.filter((code) => !isListed(code))];
  return (
    <FilterBar onClear={isFiltered(filters) ? clear : null}>
      <FilterText
        label="Paste an id"
        mono
        className="w-48 max-sm:w-full"
        value={filters.messageId}
        fault={faultOf("message_id")}
        onChange={(text, step) => change(text === "" ? { messageId: "" } : (filterOfId(text) ?? { messageId: text }), step)}
      />
      <FilterText
        label="Search payloads"
        className="w-44 max-sm:w-full"
        value={filters.search}
        fault={fault?.type === payloadSearchOff ? "Search is off" : faultOf("search")}
        onChange={(search, step) => change({ search }, step)}
      />
      <FilterMenu
        label="Status"
        options={deliveryStatuses}
        values={filters.status}
        onChange={(status) => change({ status: status as Filters["status"] })}
      />
      <FilterMenu
        label="HTTP status"
        options={answers}
        values={listed}
        onChange={(values) => change({ httpStatus: [...values, ...typed] })}
      />
      <FilterText
        label="Code, or 500-504"
        className="w-36 max-sm:w-full"
        value={typed.join(", ")}
        fault={faultOf("http_status")}
        onChange={(text, step) => change({ httpStatus: [...listed, ...text.split(/[\s,]+/).filter(Boolean)] }, step)}
      />
      <FilterMenu label="Error" options={errorClassList} values={filters.errorClass} onChange={(errorClass) => change({ errorClass })} />
      <FilterSelect label="Tries" options={tries} value={filters.minAttempts} onChange={(minAttempts) => change({ minAttempts })} />
      <TimeFilter after={filters.after} before={filters.before} change={change} />
      <FilterPicker
        label="Event type"
        kind="eventType"
        many
        values={filters.eventTypes}
        onChange={(eventTypes) => change({ eventTypes })}
        fault={faultOf("event_types")}
      />
      {!isPortal && of === undefined && (
        <FilterPicker
          label="Application"
          kind="application"
          values={one(filters.applicationId)}
          // An endpoint of another application would find nothing.
          onChange={([applicationId = ""]) => change({ applicationId, endpointId: "" })}
          fault={faultOf("application_id")}
        />
      )}
      {of === undefined && (
        <FilterPicker
          label="Endpoint"
          kind="endpoint"
          values={one(filters.endpointId)}
          applicationId={filters.applicationId}
          onChange={([endpointId = ""]) => change({ endpointId })}
          fault={faultOf("endpoint_id")}
        />
      )}
      <FilterSelect
        label="Sort"
        none="Accepted"
        options={sorts}
        value={sort === "createdAt" ? "" : sort}
        onChange={(value) => sortBy(value === "" ? "createdAt" : "lastAttemptAt")}
      />
      {filters.attemptedAfter !== "" && (
        <Chip onRemove={() => change({ attemptedAfter: "" })}>
          Attempted since <ShownMoment at={filters.attemptedAfter} />
        </Chip>
      )}
      {filters.channel !== "" && <Chip onRemove={() => change({ channel: "" })}>Channel {filters.channel}</Chip>}
      {filters.tag !== "" && <Chip onRemove={() => change({ tag: "" })}>Tag {filters.tag}</Chip>}
    </FilterBar>
  );
}

/** A filter that has no control of its own, and came with a link. */
const Chip = ({ onRemove, children }: { onRemove: () => void; children: ReactNode }) => (
  <Button variant="secondary" size="small" data-set="" className="max-w-full" onClick={onRemove}>
    <span className="max-w-56 truncate">{children}</span>
    <span className="sr-only">: leave out</span>
    <span aria-hidden="true">×</span>
  </Button>
);
