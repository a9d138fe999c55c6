"use client";

import { type FormEvent, useRef, useState } from "react";
import type * as z from "zod/mini";
import { type Faults, type FieldOf, faultsOf, faultsOfRefusal, hasFaults } from "./faults.ts";
import { begun, faultsIn, type FormState, isUnsaved, namesIn, refused, saved, sending, typed } from "./formState.ts";

/*
 * Every form's way to the API. Where the API takes what the fields hold:
 *
 *   const form = useApiForm({ schema: ApplicationIn, initial: { name: "" }, save: (input) => create.mutateAsync(input) });
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
  initial: D;
  /** What did not happen, when something is wrong: "The endpoint was not created". */
  title?: string;
  /** Which field shows what the API says of a place. */
  fieldOf?: FieldOf;
  /** The field of which a conflict (409) speaks. */
  conflict?: string;
};

/** `save` rejects with the API's refusal. */
type BySchema<S extends z.ZodMiniType, D extends object> = Common<D> & {
  schema: S;
  advice?: Record<string, string>;
  save: (input: z.output<S>) => Promise<unknown>;
};
type ByCheck<D extends object> = Common<D> & { check: (draft: D) => Faults; save: (draft: D) => Promise<unknown> };

export function useApiForm<S extends z.ZodMiniType, D extends object>(options: BySchema<S, D>): ApiForm<D>;
export function useApiForm<D extends object>(options: ByCheck<D>): ApiForm<D>;
export function useApiForm<S extends z.ZodMiniType, D extends object>(options: BySchema<S, D> | ByCheck<D>): ApiForm<D> {
  const [state, setState] = useState<FormState<D>>(() => begun(options.initial));
  // Two clicks within one drawing are one.
  const isUnderWay = useRef(false);
  const check = (draft: D): Faults => ("schema" in options ? faultsOf(options.schema, draft, options.advice) : options.check(draft));

  const submit = async () => {
    if (isUnderWay.current) return;
    const { draft } = state;
    const found = check(draft);
    if (hasFaults(found)) return setState((now) => refused(now, { found }));
    isUnderWay.current = true;
    setState(sending);
    try {
      await ("schema" in options ? options.save(options.schema.parse(draft)) : options.save(draft));
      setState((now) => saved(now, draft));
    } catch (error) {
      setState((now) => refused(now, { told: faultsOfRefusal(error, { ...options, fields: namesIn(draft) }) }));
    } finally {
      isUnderWay.current = false;
    }
  };

  return {
    draft: state.draft,
    set: (part) => setState((now) => typed(now, part, check)),
    faults: faultsIn(state),
    isSubmitting: state.isSubmitting,
    isUnsaved: isUnsaved(state),
    reset: (draft) => setState(begun(draft)),
    submit: (event) => {
      event.preventDefault();
      // A form in a dialog in a form must not send the outer one.
      event.stopPropagation();
      void submit();
    },
    title: options.title ?? "This was not saved",
    refusals: state.refusals,
  };
}
