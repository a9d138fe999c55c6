import { useId } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { Select } from "../ui/select.tsx";

type Ordering = EndpointOut["ordering"];

const orders: { value: Ordering; label: string }[] = [
  { value: "none", label: "None, except of messages with the same ordering key" },
  { value: "fifo", label: "First in, first out" },
];

const help: Record<Ordering, string> = {
  none: "Messages go at once, several at the same time.",
  fifo: "One message after the other. One that fails holds back those after it until it succeeds or is given up.",
};

export function OrderingField({ value, onChange }: { value: Ordering; onChange: (value: Ordering) => void }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Order
      </label>
      <Select
        id={id}
        options={orders}
        value={value}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.value === "fifo" ? "fifo" : "none")}
      />
      <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
        {help[value]}
      </p>
    </div>
  );
}
