"use client";

import { PairRows } from "../form/pairRows.tsx";
import { type Pair, pairsOf, recordOf } from "../form/pairs.ts";
import { type ApiForm, useApiForm } from "../form/useApiForm.ts";
import { CodeEditor } from "../ui/codeEditor.tsx";
import type { Draft } from "./queries.ts";

type Saved = { code: string | null; variables: Record<string, string> | null };

/** Code and variables as they are being written. */
type Typed = { code: string; variables: Pair[] };

export const typedOf = (saved: Saved, example: string): Typed => ({ code: saved.code ?? example, variables: pairsOf(saved.variables) });

export const draftOf = ({ code, variables }: Typed): Draft => ({ code, variables: recordOf(variables) });

type CodeForm = {
  saved: Saved;
  /** What is saved by now. */ fresh: () => Promise<Saved>;
  example: string;
  save: (draft: Draft) => Promise<unknown>;
};

/** The form of a transformation; where nothing is saved it begins with the example. */
export const useCodeForm = ({ saved, fresh, example, save }: CodeForm): ApiForm<Typed> =>
  useApiForm({
    initial: typedOf(saved, example),
    fresh: async () => typedOf(await fresh(), example),
    title: "The code was not saved",
    check: () => ({}),
    save: (typed) => save(draftOf(typed)),
  });

export const DraftFields = ({ form, codeHelp }: { form: ApiForm<Typed>; codeHelp: string }) => (
  <>
    <CodeEditor label="Code" help={codeHelp} value={form.draft.code} onChange={(code) => form.set({ code })} error={form.faults["code"]} />
    <PairRows
      legend="Variables"
      noun="variable"
      help="The code reads them as variables: for keys that should not be part of it. Stored encrypted."
      error={form.faults["variables"]}
      rows={form.draft.variables}
      onChange={(variables) => form.set({ variables })}
      empty={{ name: "", value: "" }}
    />
  </>
);
