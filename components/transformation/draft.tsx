"use client";

import { useState } from "react";
import { ApiError } from "../api.ts";
import { PairRows } from "../form/pairRows.tsx";
import { type Pair, pairsOf, recordOf } from "../form/pairs.ts";
import { Alert } from "../ui/alert.tsx";
import { CodeEditor } from "../ui/codeEditor.tsx";
import type { Draft } from "./queries.ts";

type Saved = { code: string | null; variables: Record<string, string> | null };

export type Writing = {
  draft: Draft;
  setCode: (code: string) => void;
  rows: Pair[];
  setRows: (rows: Pair[]) => void;
  /** The draft is not what is saved. */
  isChanged: boolean;
};

/** Code and variables as they are being written; where nothing is saved it begins with the example. */
export function useDraft(saved: Saved, example: string): Writing {
  const [code, setCode] = useState(saved.code ?? example);
  const [rows, setRows] = useState(() => pairsOf(saved.variables));
  const variables = recordOf(rows);
  const isChanged = code !== saved.code || JSON.stringify(variables) !== JSON.stringify(saved.variables ?? {});
  return { draft: { code, variables }, setCode, rows, setRows, isChanged };
}

/** error: of the last save; what is wrong with the code stands at the code. */
export function DraftFields({ writing, codeHelp, error }: { writing: Writing; codeHelp: string; error: Error | null }) {
  const fault = error instanceof ApiError ? error.issues.find(({ loc }) => loc[1] === "code")?.msg : undefined;
  return (
    <>
      {error && fault === undefined && <Alert tone="bad" live title={error.message} />}
      <CodeEditor label="Code" help={codeHelp} value={writing.draft.code} onChange={writing.setCode} error={fault} />
      <PairRows
        legend="Variables"
        noun="variable"
        help="What the code finds in variables, such as a key that should not stand in it. Stored sealed."
        rows={writing.rows}
        onChange={writing.setRows}
        empty={{ name: "", value: "" }}
      />
    </>
  );
}
