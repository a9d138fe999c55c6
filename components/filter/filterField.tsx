"use client";

import { useId, useRef } from "react";
import { TextArea } from "../form/textArea.tsx";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { ErrorIcon } from "../ui/icons.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Select } from "../ui/select.tsx";
import {
  canBeRows,
  emptyRow,
  type FilterDraft,
  type FilterRow,
  operatorWords,
  type RowOperator,
  switched,
  takesValue,
} from "./filterDraft.ts";
import { XIcon } from "../ui/lineIcons.ts";
import { PlusIcon } from "../ui/moreIcons.ts";

type FilterFieldProps = {
  value: FilterDraft;
  onChange: (value: FilterDraft) => void;
  error?: string | undefined;
};

const leads = {
  endpoint: "Only messages for which it holds. A path begins with payload, headers, metadata, eventType, channels or tags:",
  source: "Only requests for which it holds become messages. A path begins with payload (JSON, a form or XML), headers or eventType:",
} as const;

const operatorOptions = Object.entries(operatorWords).map(([value, label]) => ({ value, label }));

/** Conditions on what a message holds, as rows or as JSON. */
export function FilterField({ value, onChange, error, of = "endpoint" }: FilterFieldProps & { of?: keyof typeof leads }) {
  const isRows = value.view === "rows";
  return (
    <fieldset className="space-y-3">
      <legend className="text-sm font-medium">Filter</legend>
      <p className="text-sm text-ink-muted">
        {leads[of]} <code className="font-mono text-xs">payload.customer.plan</code>,{" "}
        <code className="font-mono text-xs">payload.lines.*.price</code>.
      </p>
      {isRows ? <Rows value={value} onChange={onChange} error={error} /> : <Json value={value} onChange={onChange} error={error} />}
      <Button variant="quiet" size="small" disabled={!isRows && !canBeRows(value)} onClick={() => onChange(switched(value))}>
        {isRows ? "Edit as JSON" : "Edit as conditions"}
      </Button>
    </fieldset>
  );
}

const Json = ({ value, onChange, error }: FilterFieldProps) => (
  <TextArea
    label="Filter as JSON"
    rows={9}
    placeholder='{ "or": [{ "path": "payload.amount", "gte": 100 }, { "not": { "path": "payload.test", "exists": true } }] }'
    help="and, or and not hold lists and conditions; a condition has a path and equals, notEquals, in, gt, gte, lt, lte, exists, prefix, suffix, contains."
    value={value.text}
    onChange={(event) => onChange({ ...value, text: event.target.value })}
    error={error}
  />
);

function Rows({ value, onChange, error }: FilterFieldProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const { rows, join } = value;
  const setRows = (next: FilterRow[]) => onChange({ ...value, rows: next });
  const add = () => {
    setRows([...rows, emptyRow]);
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>("[data-last] input")?.focus());
  };
  return (
    <div ref={list} className="space-y-3">
      {rows.length > 1 && (
        <div className="flex items-center gap-2">
          <label htmlFor={id} className="text-sm">
            Match
          </label>
          <Select
            id={id}
            className="w-auto!"
            value={join}
            onChange={(event) => onChange({ ...value, join: event.target.value === "or" ? "or" : "and" })}
            options={[
              { value: "and", label: "all of these" },
              { value: "or", label: "any of these" },
            ]}
          />
        </div>
      )}
      {rows.map((row, at) => (
        <Condition
          key={at}
          number={at + 1}
          isLast={at === rows.length - 1}
          row={row}
          isWrong={error !== undefined}
          onChange={(next) => setRows(rows.map((one, i) => (i === at ? next : one)))}
          onRemove={() => setRows(rows.filter((_, i) => i !== at))}
        />
      ))}
      {error !== undefined && (
        <p role="alert" className="flex items-start gap-1.5 text-sm wrap-anywhere text-bad">
          <ErrorIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
      <Button variant="secondary" size="small" onClick={add}>
        <PlusIcon className="size-4" aria-hidden="true" />
        Add condition
      </Button>
    </div>
  );
}

type ConditionProps = {
  number: number;
  isLast: boolean;
  row: FilterRow;
  isWrong: boolean;
  onChange: (row: FilterRow) => void;
  onRemove: () => void;
};

function Condition({ number, isLast, row, isWrong, onChange, onRemove }: ConditionProps) {
  const plain = { autoComplete: "off", spellCheck: false, "aria-invalid": isWrong || undefined };
  return (
    <div
      data-last={isLast ? "" : undefined}
      className="flex flex-wrap items-center gap-2 max-sm:rounded-md max-sm:border max-sm:border-line max-sm:p-2"
    >
      <input
        {...plain}
        aria-label={`Path of condition ${number}`}
        className={`${controlLook} min-w-0 flex-1 basis-44 font-mono text-xs`}
        value={row.path}
        onChange={(event) => onChange({ ...row, path: event.target.value })}
      />
      <Select
        aria-label={`Operator of condition ${number}`}
        className="w-auto!"
        value={row.operator}
        onChange={(event) => onChange({ ...row, operator: event.target.value as RowOperator })}
        options={operatorOptions}
      />
      {takesValue(row.operator) && (
        <input
          {...plain}
          aria-label={`Value of condition ${number}`}
          placeholder={row.operator === "in" ? "a, b, 3" : "Value"}
          className={`${controlLook} min-w-0 flex-1 basis-36 font-mono text-xs`}
          value={row.value}
          onChange={(event) => onChange({ ...row, value: event.target.value })}
        />
      )}
      <IconButton label={`Remove condition ${number}`} onClick={onRemove}>
        <XIcon />
      </IconButton>
    </div>
  );
}
