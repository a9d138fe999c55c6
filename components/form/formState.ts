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
  isSubmitting: false,
  isUnanswered: false,
  refusals: 0,
});

/** Something was typed. What the API told of a field leaves when that field changes, because nobody here knows more. */
export function typed<D extends object>(state: FormState<D>, part: Partial<D>): FormState<D> {
  const changed = changedNames(state.draft, part);
  const told = Object.fromEntries(Object.entries(state.told).filter(([name]) => !changed.has(name)));
  return { ...state, draft: { ...state.draft, ...part }, told };
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
  isSubmitting: true,
  isUnanswered: false,
});

export const refused = <D extends object>(
  state: FormState<D>,
  refusal: Partial<Pick<FormState<D>, "found" | "told" | "isUnanswered">>,
): FormState<D> =>
  withRenewed({ ...state, found: {}, told: {}, isUnanswered: false, ...refusal, isSubmitting: false, refusals: state.refusals + 1 });

/** `sent`: the draft that was saved; what has been typed since stays, and is unsaved. A form that saving has begun anew stays so. */
export const saved = <D extends object>(state: FormState<D>, sent: D): FormState<D> =>
  state.isSubmitting ? withRenewed({ ...state, kept: sent, isSubmitting: false }) : state;

/** Something else is stored now, by this page or by anybody. What has been typed stays; fields that nobody has touched follow. */
export const renewed = <D extends object>(state: FormState<D>, stored: Stored<D>): FormState<D> =>
  state.isSubmitting ? { ...state, stored, isRenewed: true } : withRenewed({ ...state, stored, isRenewed: true });

function withRenewed<D extends object>(state: FormState<D>): FormState<D> {
  if (!state.isRenewed) return state;
  const { kept, draft, stored } = state;
  const own = Object.entries(draft).filter(([name, value]) => differ((kept as Record<string, unknown>)[name], value));
  const next = own.length === 0 ? stored.draft : { ...stored.draft, ...(Object.fromEntries(own) as Partial<D>) };
  return { ...state, draft: next, kept: stored.draft, isRenewed: false };
}

export const faultsIn = (state: FormState<unknown>): Faults => ({ ...state.told, ...state.found });

export const isUnsaved = (state: FormState<unknown>): boolean => differ(state.draft, state.kept);

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
