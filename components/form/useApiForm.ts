"use client";

import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import type * as z from "zod/mini";
import { type Faults, type FieldOf, faultsOf, faultsOfRefusal, hasFaults, type Rule, schemaOf } from "./faults.ts";
import { isUnanswered } from "../create.ts";
import {
  asking,
  begun,
  checked,
  faultsIn,
  isToAsk,
  type FormState,
  isUnsaved,
  namesIn,
  refused,
  renewed,
  saved,
  sending,
  typed,
} from "./formState.ts";

/*
 * Every form's way to the API. Where the API takes what the fields hold:
 *
 *   const rule = async () => (await import("../../lib/contract/application.ts")).ApplicationIn;
 *   const form = useApiForm({ rule, initial: { name: "" }, save: (input) => create.mutateAsync(input) });
 *   <Form form={form}>
 *     <TextField name="name" label="Name" help="Your customer." />
 *     <Button type="submit" pending={form.isSubmitting}>Create application</Button>
 *   </Form>
 *
 * Where people type something else (a list as words, a filter as rows), `check` finds the draft's faults, and fields are
 * written with `form.draft`, `form.set` and `form.faults`.
 */

export type ApiForm<D extends object> = {
  draft: D;
  set: (part: Partial<D>) => void;
  /** What is wrong, by field; "": with the whole. */
  faults: Faults;
  isSubmitting: boolean;
  /** Something was typed that is not saved. */
  isUnsaved: boolean;
  /** Begins anew, with nothing unsaved. */
  reset: (draft: D) => void;
  submit: (event: FormEvent) => void;
  /** What is said above all faults. */
  title: string;
  refusals: number;
};

type Common<D extends object> = {
  /** What is stored. When that changes, by whomever, fields that nobody has touched follow, and what was typed stays. */
  initial: D;
  /** Differs with each change of what is stored, where `initial` doesn't show all of it. */
  version?: string;
  /** What did not happen, when something is wrong: "The endpoint was not created". */
  title?: string;
  /** Which field shows what the API says of a place. */
  fieldOf?: FieldOf;
  /** The field of which a conflict (409) speaks. */
  conflict?: string;
  /**
   * Asks what is stored by now. Before the form is sent: what somebody else has stored meanwhile in the same field is not replaced
   * before whoever sends has seen it.
   */
  fresh?: () => Promise<D>;
};

/**
 * `save` rejects with the API's refusal. `kept`: what was there before anything was typed; a change of something stored sends
 * `changesOf(kept, …)`.
 */
type ByRule<S extends z.ZodMiniType, D extends object> = Common<D> & {
  rule: Rule<S>;
  advice?: Record<string, string>;
  save: (input: z.output<S>, kept: D) => Promise<unknown>;
};
type ByCheck<D extends object> = Common<D> & {
  check: (draft: D) => Faults | Promise<Faults>;
  save: (draft: D, kept: D) => Promise<unknown>;
};

export function useApiForm<S extends z.ZodMiniType, D extends object>(options: ByRule<S, D>): ApiForm<D>;
export function useApiForm<D extends object>(options: ByCheck<D>): ApiForm<D>;
export function useApiForm<S extends z.ZodMiniType, D extends object>(options: ByRule<S, D> | ByCheck<D>): ApiForm<D> {
  const stored = { version: options.version ?? JSON.stringify(options.initial), draft: options.initial };
  const [known, setState] = useState<FormState<D>>(() => begun(options.initial, stored));
  const state = known.stored.version === stored.version ? known : renewed(known, stored);
  // Adjusted while rendering, so that nothing outdated is ever drawn: https://react.dev/reference/react/useState
  if (state !== known) setState(state);
  const { draft } = state;
  const isOvertaken = hasFaults(state.overtaken) && !hasFaults({ ...state.told, ...state.found });
  const [isLooking, setLooking] = useState(false);
  // Two clicks within one drawing are one.
  const isUnderWay = useRef(false);
  const wasChecked = useRef(false);
  const check = async (typed: D): Promise<Faults> =>
    "rule" in options ? faultsOf(options.rule, typed, options.advice) : options.check(typed);

  const checkTyped = useEffectEvent(async (typed: D) => {
    // Once without a fault: so that what the check needs is there when the form is sent.
    if (wasChecked.current && !hasFaults(state.found)) return;
    wasChecked.current = true;
    const left = await check(typed);
    setState((now) => checked(now, typed, left));
  });
  const isTyped = draft !== state.kept;
  useEffect(() => {
    if (isTyped) void checkTyped(draft);
  }, [isTyped, draft]);

  const submit = async () => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setLooking(options.fresh !== undefined);
    try {
      const newest = options.fresh && { ...stored, draft: await options.fresh() };
      const heard = (now: FormState<D>) => (newest ? renewed(now, newest) : now);
      const seen = heard(state);
      const { draft: sent, kept } = seen;
      if (isToAsk(seen)) return setState((now) => asking(heard(now)));
      const found = await check(sent);
      if (hasFaults(found)) return setState((now) => refused(heard(now), { found }));
      setState((now) => sending(heard(now)));
      await ("rule" in options ? options.save(await inputOf(options.rule, sent), kept) : options.save(sent, kept));
      setState((now) => saved(now, sent));
    } catch (error) {
      const told = faultsOfRefusal(error, { ...options, fields: namesIn(draft) });
      setState((now) => refused(now, { told, isUnanswered: isUnanswered(error) }));
    } finally {
      isUnderWay.current = false;
      setLooking(false);
    }
  };

  return {
    draft,
    set: (part) => setState((now) => typed(now, part)),
    faults: faultsIn(state),
    isSubmitting: state.isSubmitting || isLooking,
    isUnsaved: isUnsaved(state),
    reset: (draft) => setState(({ stored }) => begun(draft, stored)),
    submit: (event) => {
      event.preventDefault();
      // A form in a dialog in a form must not send the outer one.
      event.stopPropagation();
      void submit();
    },
    title: state.isUnanswered
      ? "It is not known whether this was done"
      : isOvertaken
        ? "Somebody else has changed this"
        : (options.title ?? "This was not saved"),
    refusals: state.refusals,
  };
}

/** The draft as its rule reads it; without the rule as it is, which the API reads the same. */
async function inputOf<S extends z.ZodMiniType>(rule: Rule<S>, draft: object): Promise<z.output<S>> {
  const schema = await schemaOf(rule);
  return schema === null ? (draft as z.output<S>) : schema.parse(draft);
}
