import { type RejectionReason, type Verdict, keptVerdicts } from "../../lib/words/verdict.ts";
import { Status, type Tone } from "../ui/status.tsx";

const looks: Record<Verdict, { tone: Tone; word: string }> = {
  accepted: { tone: "good", word: "Accepted" },
  duplicate: { tone: "off", word: "Duplicate" },
  rejected: { tone: "bad", word: "Rejected" },
  filtered: { tone: "off", word: "Filtered" },
  pending: { tone: "waiting", word: "Pending" },
  released: { tone: "good", word: "Released" },
};

export const VerdictStatus = ({ verdict }: { verdict: Verdict }) => <Status tone={looks[verdict].tone}>{looks[verdict].word}</Status>;

export const verdictOptions = Object.entries(looks).map(([value, { word }]) => ({ value, label: word }));

/** The verdicts of requests that can be released. */
export const keptOptions = keptVerdicts.map((value) => ({ value, label: looks[value].word }));

export type KeptVerdict = (typeof keptVerdicts)[number];

/** The verdict that a text names. Null: no request with it can be released. */
export const keptVerdictOf = (text: string): KeptVerdict | null => keptVerdicts.find((verdict) => verdict === text) ?? null;

export const reasonWords: Record<RejectionReason, string> = {
  bad_signature: "Wrong signature or key",
  stale: "Too old or too new",
  missing_header: "No signature or key",
  malformed: "Malformed",
  misconfigured: "Source incomplete",
  too_large: "Too large",
  rate_limited: "Too many",
  disabled: "Source disabled",
  loop: "Goes in a circle",
  filter: "Filter does not hold",
  cancelled: "Cancelled by the transformation",
  transformation: "Transformation failed",
};

export const reasonOptions = Object.entries(reasonWords).map(([value, label]) => ({ value, label }));
