"use client";

import { deliveryStatuses, errorClassList } from "./options.ts";
import { usePortal } from "../session/portalSession.tsx";
import { FilterBar, FilterMenu, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { type Filters, filterOfId, isFiltered } from "./filters.ts";
import { TimeFilter } from "./timeFilter.tsx";

type LogFiltersProps = { filters: Filters; change: (part: Partial<Filters>) => void; clear: () => void };

const answers = [
  { value: "2xx", label: "2xx" },
  { value: "3xx", label: "3xx" },
  { value: "4xx", label: "4xx" },
  { value: "429", label: "429" },
  { value: "5xx", label: "5xx" },
  { value: "0", label: "No answer" },
];

const tries = ["1", "2", "3", "5", "8"].map((value) => ({ value, label: `${value} or more tries` }));

export function LogFilters({ filters, change, clear }: LogFiltersProps) {
  const isPortal = usePortal() !== null;
  return (
    <FilterBar onClear={isFiltered(filters) ? clear : null}>
      <FilterText
        label="Paste an id"
        mono
        className="w-48 max-sm:w-full"
        value={filters.messageId}
        onChange={(text) => change(text === "" ? { messageId: "" } : (filterOfId(text) ?? { messageId: text }))}
      />
      <FilterMenu
        label="Status"
        options={deliveryStatuses}
        values={filters.status}
        onChange={(status) => change({ status: status as Filters["status"] })}
      />
      <FilterMenu label="HTTP status" options={answers} values={filters.httpStatus} onChange={(httpStatus) => change({ httpStatus })} />
      <FilterMenu label="Error" options={errorClassList} values={filters.errorClass} onChange={(errorClass) => change({ errorClass })} />
      <FilterSelect label="Tries" options={tries} value={filters.minAttempts} onChange={(minAttempts) => change({ minAttempts })} />
      <TimeFilter after={filters.after} before={filters.before} change={change} />
      <FilterText
        label="Event type"
        mono
        className="w-36 max-sm:w-full"
        value={filters.eventTypes.join(",")}
        onChange={(text) => change({ eventTypes: text.split(/[\s,]+/).filter(Boolean) })}
      />
      {!isPortal && (
        <FilterText
          label="Application"
          className="w-32 max-sm:w-full"
          mono
          value={filters.applicationId}
          onChange={(applicationId) => change({ applicationId })}
        />
      )}
      {filters.endpointId !== "" && (
        <FilterText
          label="Endpoint id"
          className="w-40 max-sm:w-full"
          mono
          value={filters.endpointId}
          onChange={(endpointId) => change({ endpointId })}
        />
      )}
    </FilterBar>
  );
}
