import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { Status, type Tone } from "../ui/status.tsx";
import { type ShownStatus, shownStatus, statusWords } from "./words.ts";

const tones: Record<ShownStatus, Tone> = {
  succeeded: "good",
  failed: "bad",
  cancelled: "off",
  sending: "busy",
  queued: "waiting",
  retrying: "warn",
};

export function DeliveryStatus({ of }: { of: Pick<DeliveryOut, "status" | "sending" | "attemptCount"> }) {
  const shown = shownStatus(of);
  return <Status tone={tones[shown]}>{statusWords[shown]}</Status>;
}
