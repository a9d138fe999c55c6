import type { RejectionReason, Verdict } from "../../lib/contract/receivedRequest.ts";
import { Status, type Tone } from "../ui/status.tsx";

const looks: Record<Verdict, { tone: Tone; word: string }> = {
  accepted: { tone: "good", word: "Accepted" },
  duplicate: { tone: "off", word: "Duplicate" },
  rejected: { tone: "bad", word: "Rejected" },
  released: { tone: "good", word: "Released" },
};

export const VerdictStatus = ({ verdict }: { verdict: Verdict }) => <Status tone={looks[verdict].tone}>{looks[verdict].word}</Status>;

export const verdictOptions = Object.entries(looks).map(([value, { word }]) => ({ value, label: word }));

export const reasonWords: Record<RejectionReason, string> = {
  bad_signature: "Signature does not match",
  stale: "Too old or too new",
  missing_header: "Not signed",
  malformed: "Malformed",
  misconfigured: "Source incomplete",
  too_large: "Too large",
  rate_limited: "Too many",
  disabled: "Source disabled",
};

export const reasonOptions = Object.entries(reasonWords).map(([value, label]) => ({ value, label }));
