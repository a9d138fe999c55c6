"use client";

import { isNetwork } from "../../lib/words/network.ts";
import type { Faults, FieldOf } from "../form/faults.ts";
import { TextArea } from "../form/textArea.tsx";
import { wordsOf } from "../form/words.ts";

export function faultsOfNetworks(text: string): Faults {
  const wrong = wordsOf(text).find((one) => !isNetwork(one));
  return wrong === undefined ? {} : { networks: `${wrong} is neither an address nor a network` };
}

/** The form's name for what the API speaks of. */
export const fieldOfKey: FieldOf = ([first = ""]) => (first === "allowedNetworks" ? "networks" : String(first));

type NetworksFieldProps = { value: string; error?: string | undefined; onChange: (text: string) => void };

export const NetworksField = ({ value, error, onChange }: NetworksFieldProps) => (
  <TextArea
    label="Works from"
    help="Addresses or networks such as 203.0.113.0/24, one per line. Empty: from anywhere."
    rows={2}
    value={value}
    error={error}
    onChange={(event) => onChange(event.target.value)}
  />
);
