/** A form's state and what changes it: pure, so that the rules of when a fault leaves stand in one place. */
import { type Faults, hasFaults } from "./faults.ts";
import { isRecord } from "../../lib/words/record.ts";

/** What is stored, as a form holds it. `version` differs with each change of it. */
export type Stored<D> = { version: string; draft: D };

export type FormState<D> = {
  /** What has been typed. */
  draft: D;
  /** What was there at first, or was saved last. */
  kept: D;
  stored: Stored<D>;
  /** Something else was stored while the form was being sent: it is taken after that. */
  isRenewed: boolean;
  /** Faults that the form found itself, and those that the API told. */
  found: Faults;
  told: Faults;
  /** Of fields that are being changed here and that somebody else has changed since: what is stored there now. */
  overtaken: Faults;
  /** `overtaken` as it was when the form was last sent: whoever sends it again means to replace that. */
  asked: Faults;
  isSubmitting: boolean;
  /** It was sent, and no answer came: it may have been done. */
  isUnanswered: boolean;
  /** Counts the refusals: with each the focus goes to what is wrong. */
  refusals: number;
};

export const begun = <D>(draft: D, stored: Stored<D> = { version: "", draft }): FormState<D> => ({
  draft,
  kept: draft,
  stored,
  isRenewed: false,
  found: {},
  told: {},
  overtaken: {},
  asked: {},
  isSubmitting: false,
  isUnanswered: false,
  refusals: 0,
});

/** Something was typed. What the API told of a field leaves when that field changes, because nobody here knows more. */
export function typed<D extends object>(state: FormState<D>, part: Partial<D>): FormState<D> {
  const changed = changedNames(state.draft, part);
  const told = Object.fromEntries(Object.entries(state.told).filter(([name]) => !changed.has(name)));
  const draft = { ...state.draft, ...part };
  const overtaken = Object.fromEntries(Object.entries(state.overtaken).filter(([name]) => differAt(name, draft, state.kept)));
  return { ...state, draft, told, overtaken };
}

/**
 * What was typed has been checked. A fault that the form found leaves when it is no longer found. No new faults: nobody is
 * corrected while typing.
 */
export function checked<D>(state: FormState<D>, draft: D, left: Faults): FormState<D> {
  if (state.draft !== draft || !hasFaults(state.found)) return state;
  const found = Object.keys(state.found).flatMap((name) => (left[name] === undefined ? [] : [[name, left[name]]]));
  return { ...state, found: Object.fromEntries(found) as Faults };
}

export const sending = <D>(state: FormState<D>): FormState<D> => ({
  ...state,
  found: {},
  told: {},
  overtaken: {},
  asked: {},
  isSubmitting: true,
  isUnanswered: false,
});

/** Whether the form has not yet been sent in the knowledge of what somebody else has stored in its fields. */
export const isToAsk = (state: FormState<unknown>): boolean => hasFaults(state.overtaken) && differ(state.overtaken, state.asked);

/** Sent, and not on its way: first it asks whether what somebody else has stored is to be replaced. */
export const asking = <D extends object>(state: FormState<D>): FormState<D> => ({ ...refused(state, {}), asked: state.overtaken });

export const refused = <D extends object>(
  state: FormState<D>,
  refusal: Partial<Pick<FormState<D>, "found" | "told" | "isUnanswered">>,
): FormState<D> =>
  withRenewed({ ...state, found: {}, told: {}, isUnanswered: false, ...refusal, isSubmitting: false, refusals: state.refusals + 1 });

/** `sent`: the draft that was saved; what has been typed since stays, and is unsaved. A form that saving has begun anew stays so. */
export const saved = <D extends object>(state: FormState<D>, sent: D): FormState<D> =>
  state.isSubmitting ? { ...withRenewed({ ...state, kept: sent, isSubmitting: false }), overtaken: {} } : state;

/** Something else is stored now, by this page or by anybody. What has been typed stays; fields that nobody has touched follow. */
export const renewed = <D extends object>(state: FormState<D>, stored: Stored<D>): FormState<D> =>
  state.isSubmitting ? { ...state, stored, isRenewed: true } : withRenewed({ ...state, stored, isRenewed: true });

function withRenewed<D extends object>(state: FormState<D>): FormState<D> {
  if (!state.isRenewed) return state;
  const { kept, draft, stored } = state;
  const own = Object.entries(draft).filter(([name]) => differAt(name, kept, draft));
  const next = own.length === 0 ? stored.draft : { ...stored.draft, ...(Object.fromEntries(own) as Partial<D>) };
  const twice = own.map(([name]) => name).filter((name) => differAt(name, kept, stored.draft));
  const news = twice.map((name) => [name, sayStored((stored.draft as Record<string, unknown>)[name])]);
  const overtaken = Object.fromEntries(
    Object.entries({ ...state.overtaken, ...(Object.fromEntries(news) as Faults) }).filter(([name]) => differAt(name, next, stored.draft)),
  );
  return { ...state, draft: next, kept: stored.draft, overtaken, isRenewed: false };
}

const shownLetters = 80;

function sayStored(value: unknown): string {
  const isText = (typeof value === "string" || typeof value === "number") && value !== "" && String(value).length <= shownLetters;
  const what = isText ? `to “${value}”` : value === "" || value === null ? "to nothing" : "to something else";
  return `Meanwhile it was changed ${what}. Save again to replace that.`;
}

export const faultsIn = (state: FormState<unknown>): Faults => ({ ...state.overtaken, ...state.told, ...state.found });

export const isUnsaved = (state: FormState<unknown>): boolean => differ(state.draft, state.kept);

const differAt = (name: string, one: object, other: object): boolean =>
  differ((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]);

const differ = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);

/** Names of fields that differ, also of those inside other fields: a fault may stand at either. */
function changedNames(before: object, after: object): Set<string> {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(after)) {
    const old = (before as Record<string, unknown>)[name];
    if (!differ(old, value)) continue;
    names.add(name);
    if (isRecord(value)) for (const inner of changedNames(isRecord(old) ? old : {}, value)) names.add(inner);
  }
  return names;
}

/** Names of all fields, also of those inside other fields. */
export const namesIn = (draft: object): Set<string> => changedNames({}, draft);
