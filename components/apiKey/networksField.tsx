"use client";

import { isNetwork } from "../../lib/words/network.ts";
import { TextArea } from "../form/textArea.tsx";

/** The networks in a text: one a line, or separated by commas. */
export const networksOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

export function faultOfNetworks(text: string): string | undefined {
  const wrong = networksOf(text).find((one) => !isNetwork(one));
  return wrong === undefined ? undefined : `${wrong} is neither an address nor a network`;
}

type NetworksFieldProps = { value: string; error?: string | undefined; onChange: (text: string) => void };

export const NetworksField = ({ value, error, onChange }: NetworksFieldProps) => (
  <TextArea
    label="Works from"
    help="Addresses or networks such as 203.0.113.0/24, one a line. Empty: from anywhere."
    rows={2}
    value={value}
    error={error}
    onChange={(event) => onChange(event.target.value)}
  />
);
